package io.portcullis.sign;

import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.portcullis.http.Authority;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Fields;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import io.portcullis.telemetry.SignerMeters;
import io.portcullis.tls.RemoteKeys.Wanted;
import io.portcullis.upstream.Call;
import io.portcullis.upstream.CallTaker;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One signature that another process is asked for. An endpoint that fails is left for the next one, for signing twice does no harm; one
 * that refuses is believed. Bounded by the upstream's limits, and in time by one deadline over all tries.
 */
@io.portcullis.net.OnLoop
final class SignatureCall implements CallTaker, Call.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(SignatureCall.class);
    private static final int TRIES = 3;
    private static final ForwardedFields NOTHING_OWN =
            new ForwardedFields("", "", "", Protocol.HTTP_1_1, List.of(), AsciiString.EMPTY_STRING);

    private final Wanted wanted;
    private final Upstream upstream;
    private final Loop loop;
    private final SignerMeters meters;
    private final Promise<byte[]> signature;
    private final Deadline deadline = new Deadline(this::late);
    private final List<Member> tried = new ArrayList<>();
    private final long beganNanos = System.nanoTime();
    private long tryBeganNanos;
    private int tries;
    private @Nullable Member member;
    private @Nullable Call call;
    private int status;
    private boolean over;

    SignatureCall(Wanted wanted, Upstream upstream, Loop loop, SignerMeters meters) {
        this.wanted = wanted;
        this.upstream = upstream;
        this.loop = loop;
        this.meters = meters;
        this.signature = loop.executor().newPromise();
    }

    Future<byte[]> begin() {
        if (upstream.enter() != null) {
            over = true;
            conclude("busy", "too many signatures are under way");
            return signature;
        }
        loop.deadlines().add(deadline);
        deadline.in(wanted.by().timeout());
        next();
        return signature;
    }

    private void next() {
        Member found = tries++ < TRIES ? upstream.pick(tried, 0) : null;
        if (found == null) {
            end("unreachable", "no endpoint of it answers");
            return;
        }
        tried.add(found);
        ask(found, false);
    }

    private void ask(Member found, boolean fresh) {
        member = found;
        call = null;
        tryBeganNanos = System.nanoTime();
        upstream.began(found);
        found.endpoint().acquire(loop, fresh, this);
    }

    @Override
    public boolean isGone() {
        return over;
    }

    @Override
    public void ready(Call taken) {
        if (over) {
            taken.release();
            return;
        }
        call = taken;
        Fields fields = Fields.create()
                .add("content-type", Terms.CONTENT_TYPE)
                .add(Terms.KEY, wanted.key())
                .add(Terms.ALGORITHM, wanted.algorithm())
                // A connection's length of body is told by the head alone.
                .add("content-length", Integer.toString(wanted.input().length));
        RequestHead head = new RequestHead(
                "POST",
                new RequestTarget(Terms.PATH, null, null),
                Authority.NONE,
                fields,
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                wanted.input().length);
        ByteSink body = taken.send(head, NOTHING_OWN, "sign", this);
        body.write(Unpooled.wrappedBuffer(wanted.input()));
        body.end();
    }

    @Override
    public void refused(Failure why) {
        tryOver(0, why);
        if (!over) {
            LOG.debug("signer {}: {}", upstream.name(), why.detail());
            next();
        }
    }

    @Override
    public void interim(ResponseHead head) {
        // Not the answer.
    }

    @Override
    public void head(ResponseHead head, ByteSource source) {
        status = head.status();
        tryOver(status, null);
        source.into(new SmallBody(Terms.MOST_OUTPUT, this::answered));
    }

    /** A kept connection may have been closed just before: that says nothing, a new one does. */
    @Override
    public void failed(Failure why) {
        Member asked = member;
        boolean stale = call != null && call.isStale() && why.kind() == FailureKind.UPSTREAM_CLOSED;
        tryOver(0, stale ? null : why);
        if (over) {
            return;
        }
        if (stale && asked != null && tries++ < TRIES) {
            ask(asked, true);
        } else {
            LOG.debug("signer {}: {}", upstream.name(), why.detail());
            next();
        }
    }

    @Override
    public void lost(Failure why) {
        // Of tunnels only.
    }

    private void answered(byte @Nullable [] content) {
        if (over) {
            return;
        }
        if (content == null) {
            if (call != null) {
                // It may go on sending; nobody reads on.
                call.cancel(Failure.of(FailureKind.BAD_RESPONSE, "no signature, or more than one"));
            }
            next();
        } else if (status == 200 && content.length > 0) {
            finish();
            meters.signed("ok", System.nanoTime() - beganNanos);
            signature.setSuccess(content);
        } else {
            String said = new String(content, 0, Math.min(content.length, 40), StandardCharsets.ISO_8859_1);
            end(status == 503 ? "busy" : "refused", "it answers " + status + ": " + said.replaceAll("[^a-z_]", ""));
        }
    }

    private void late() {
        Call running = call;
        if (!over) {
            // Who has not said a word in all that time is to be left out like one who fails; as a try it is over by
            // that.
            tryOver(
                    0,
                    Failure.of(
                            running == null ? FailureKind.CONNECT_TIMEOUT : FailureKind.FIRST_BYTE_TIMEOUT,
                            "no signature came in time"));
            end("timeout", "no answer within " + wanted.by().timeout().toMillis() + " ms");
            if (running != null) {
                running.cancel(Failure.of(FailureKind.CLIENT_GONE, "nobody waits for the signature"));
            }
        }
    }

    private void tryOver(int answered, @Nullable Failure why) {
        Member asked = member;
        member = null;
        if (asked != null) {
            long took = System.nanoTime() - tryBeganNanos;
            if (answered > 0) {
                upstream.answered(answered, took);
            }
            upstream.over(asked, answered, why, took);
        }
    }

    private void end(String result, String why) {
        finish();
        conclude(result, why);
    }

    private void finish() {
        over = true;
        tryOver(0, null);
        deadline.clear();
        loop.deadlines().remove(deadline);
        upstream.leave();
    }

    private void conclude(String result, String why) {
        meters.signed(result, System.nanoTime() - beganNanos);
        LOG.debug("signer {} did not sign: {}", upstream.name(), why);
        signature.setFailure(new SignerFailure("signer " + upstream.name() + ": " + why));
    }
}

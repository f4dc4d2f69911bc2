package io.portcullis.sign;

import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
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
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import io.portcullis.tls.RemoteKeys.Wanted;
import io.portcullis.upstream.Call;
import io.portcullis.upstream.CallTaker;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint that is asked for one signature. It is over when the whole answer is there: an endpoint that sends a head and then nothing has
 * failed like one that sends nothing.
 */
@io.portcullis.net.OnLoop
final class SignatureTry implements CallTaker, Call.Watcher {
    private static final ForwardedFields NOTHING_OWN =
            new ForwardedFields("", "", "", Protocol.HTTP_1_1, List.of(), AsciiString.EMPTY_STRING);

    /** Hears of the end; once, and not where the try was given up. */
    interface Asker {
        /** It signed. */
        void signed(byte[] signature);

        /** It answered that it does not sign. */
        void denied(int status, String said);

        /**
         * Nothing came of it.
         *
         * @param stale whether a kept connection may have been closed just before: that says nothing of the endpoint
         */
        void failed(Failure why, boolean stale);
    }

    private final Wanted wanted;
    private final Upstream upstream;
    private final Member member;
    private final Asker asker;
    private final long beganNanos = System.nanoTime();
    private @Nullable Call call;
    private int status;
    private boolean over;

    SignatureTry(Wanted wanted, Upstream upstream, Member member, Asker asker) {
        this.wanted = wanted;
        this.upstream = upstream;
        this.member = member;
        this.asker = asker;
    }

    Member member() {
        return member;
    }

    /** @param fresh whether a new connection is wanted */
    void begin(Loop loop, boolean fresh) {
        upstream.began(member);
        member.endpoint().acquire(loop, fresh, this);
    }

    /** Nobody waits any longer; what the endpoint did so far counts as {@code why}. */
    void giveUp(String why) {
        Call running = call;
        if (over(0, Failure.of(running == null ? FailureKind.CONNECT_TIMEOUT : FailureKind.FIRST_BYTE_TIMEOUT, why))) {
            cancel();
        }
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
        if (over(0, why)) {
            asker.failed(why, false);
        }
    }

    @Override
    public void interim(ResponseHead head) {
        // Not the answer.
    }

    @Override
    public void head(ResponseHead head, ByteSource source) {
        status = head.status();
        source.into(new SmallBody(Terms.MOST_OUTPUT, this::answered));
    }

    @Override
    public void failed(Failure why) {
        boolean stale = call != null && call.isStale() && why.kind() == FailureKind.UPSTREAM_CLOSED;
        if (over(0, stale ? null : why)) {
            asker.failed(why, stale);
        }
    }

    @Override
    public void lost(Failure why) {
        // Of tunnels only.
    }

    private void answered(byte @Nullable [] content) {
        Failure bad = content == null ? Failure.of(FailureKind.BAD_RESPONSE, "no signature, or more than one") : null;
        if (!over(status, bad)) {
            return;
        }
        if (content == null) {
            // It may go on sending; nobody reads on.
            cancel();
            asker.failed(
                    Failure.of(FailureKind.BAD_RESPONSE, "its answer broke off, or has more than a signature"), false);
        } else if (status == 200 && content.length > 0) {
            asker.signed(content);
        } else {
            String said = new String(content, 0, Math.min(content.length, 40), StandardCharsets.ISO_8859_1);
            asker.denied(status, said.replaceAll("[^a-z_]", ""));
        }
    }

    private void cancel() {
        if (call != null) {
            call.cancel(Failure.of(FailureKind.CLIENT_GONE, "nobody waits for the signature"));
        }
    }

    /** Whether this is the end, and not a word too late. */
    private boolean over(int answered, @Nullable Failure why) {
        boolean first = !over;
        over = true;
        if (first) {
            upstream.over(member, answered, why, System.nanoTime() - beganNanos);
        }
        return first;
    }
}

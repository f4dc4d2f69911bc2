package io.portcullis.sign;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.Loop;
import io.portcullis.telemetry.SignerMeters;
import io.portcullis.tls.RemoteKeys.Wanted;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One signature that another process is asked for. An endpoint that fails is left for the next one, for signing twice does no harm; one
 * that refuses is believed. Bounded by the upstream's limits, and in time by one deadline over all tries, of which no endpoint gets more than
 * leaves the others theirs.
 */
@io.portcullis.net.OnLoop
final class SignatureCall implements SignatureTry.Asker {
    private static final Logger LOG = LoggerFactory.getLogger(SignatureCall.class);
    private static final int TRIES = 3;

    private final Wanted wanted;
    private final Upstream upstream;
    private final Loop loop;
    private final SignerMeters meters;
    private final SignerTrouble trouble;
    private final Promise<byte[]> signature;
    private final Deadline deadline = new Deadline(this::late);
    private final List<Member> tried = new ArrayList<>();
    private final long beganNanos = System.nanoTime();
    private int tries;
    private @Nullable SignatureTry now;
    private String last = "no endpoint of it is available";
    private boolean over;

    SignatureCall(Wanted wanted, Upstream upstream, Loop loop, SignerMeters meters, SignerTrouble trouble) {
        this.wanted = wanted;
        this.upstream = upstream;
        this.loop = loop;
        this.meters = meters;
        this.trouble = trouble;
        this.signature = loop.executor().newPromise();
    }

    Future<byte[]> begin() {
        if (!upstream.enter()) {
            over = true;
            conclude("busy", "too many signatures are under way");
            return signature;
        }
        loop.deadlines().add(deadline);
        next();
        return signature;
    }

    private void next() {
        Member found = tries++ < TRIES ? upstream.pick(tried, 0) : null;
        if (found == null) {
            end("unreachable", last);
        } else {
            tried.add(found);
            ask(found, false);
        }
    }

    private void ask(Member found, boolean fresh) {
        deadline.in(patience());
        SignatureTry begun = new SignatureTry(wanted, upstream, found, this);
        now = begun;
        begun.begin(loop, fresh);
    }

    /** What is left, shared with the endpoints that could be asked after this one. */
    private Duration patience() {
        int others = Math.min(TRIES - tries, upstream.members().size() - tried.size());
        return left().dividedBy(1 + Math.max(0, others));
    }

    private Duration left() {
        Duration left = wanted.by().timeout().minusNanos(System.nanoTime() - beganNanos);
        return left.isPositive() ? left : Duration.ofMillis(1);
    }

    @Override
    public void signed(byte[] bytes) {
        finish();
        meters.signed("ok", System.nanoTime() - beganNanos);
        trouble.signed(upstream.name());
        signature.setSuccess(bytes);
    }

    @Override
    public void denied(int status, String said) {
        end(status == 503 ? "busy" : "refused", "it answers " + status + ": " + said);
    }

    @Override
    public void failed(Failure why, boolean stale) {
        SignatureTry ended = now;
        if (stale && ended != null && tries++ < TRIES) {
            ask(ended.member(), true);
        } else {
            failed(why.detail());
        }
    }

    private void failed(String why) {
        last = why;
        LOG.debug("signer {}: {}", upstream.name(), why);
        next();
    }

    /** The try's share of the time is over, or all of it. */
    private void late() {
        SignatureTry silent = now;
        if (over || silent == null) {
            return;
        }
        boolean spent = wanted.by().timeout().toNanos() <= System.nanoTime() - beganNanos;
        if (!spent && (tries >= TRIES || upstream.pick(tried, 0) == null)) {
            // Nobody else is there to be asked, so it may as well have the rest.
            deadline.in(left());
            return;
        }
        // Who has not said all in that time is to be left out like one who fails.
        silent.giveUp("no signature came in time");
        if (spent) {
            end("timeout", "no answer within " + wanted.by().timeout().toMillis() + " ms");
        } else {
            failed("no answer within its share of the time");
        }
    }

    private void end(String result, String why) {
        finish();
        conclude(result, why);
    }

    private void finish() {
        over = true;
        now = null;
        deadline.clear();
        loop.deadlines().remove(deadline);
        upstream.leave();
    }

    private void conclude(String result, String why) {
        meters.signed(result, System.nanoTime() - beganNanos);
        trouble.failed(upstream.name(), result, why);
        signature.setFailure(new SignerFailure("signer " + upstream.name() + ": " + why));
    }
}

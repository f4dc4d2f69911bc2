package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import io.portcullis.net.LoopClock;
import io.portcullis.telemetry.UpstreamMeters;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One loop's exchanges that wait for a connection to one endpoint, in order, at most {@code queue-timeout}. */
@io.portcullis.net.OnLoop
final class Waiters {
    private final Endpoint endpoint;
    private final UpstreamConfig config;
    private final Loop loop;
    private final UpstreamMeters meters;

    /** Since when each waits; in their order, and any of them may leave. */
    private final LinkedHashMap<CallTaker, Long> waiting = new LinkedHashMap<>();

    private final Deadline deadline = new Deadline(this::waitedTooLong);

    Waiters(Endpoint endpoint, UpstreamConfig config, Loop loop, UpstreamMeters meters) {
        this.endpoint = endpoint;
        this.config = config;
        this.loop = loop;
        this.meters = meters;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Lets {@code taker} wait, where at most {@code others} wait on all loops; else refuses it. Says whether it waits. */
    boolean add(CallTaker taker, int others) {
        if (endpoint.waiting() >= others) {
            meters.waitRefused();
            taker.refused(tooMany());
            return false;
        }
        meters.waitBegan();
        endpoint.waiting(1);
        if (waiting.isEmpty()) {
            loop.deadlines().add(deadline);
            deadline.in(config.queueTimeout());
        }
        waiting.put(taker, LoopClock.nanos());
        return true;
    }

    /** The next that is still interested, which waits no more; null where there is none. */
    @Nullable
    CallTaker next() {
        Map.Entry<CallTaker, Long> next = waiting.pollFirstEntry();
        while (next != null && next.getKey().isGone()) {
            left("cancelled", next.getValue());
            next = waiting.pollFirstEntry();
        }
        if (next == null) {
            return null;
        }
        left("served", next.getValue());
        return next.getKey();
    }

    /** Sends away the last one, for whom there is no prospect. */
    void refuseLast() {
        Map.Entry<CallTaker, Long> last = waiting.pollLastEntry();
        if (last != null) {
            sendAway(last, "refused", tooMany());
        }
    }

    /** {@code taker} waits no more, if it did: another may take its place. */
    void forget(CallTaker taker) {
        Long since = waiting.remove(taker);
        if (since != null) {
            left("cancelled", since);
        }
    }

    private void left(String how, long sinceNanos) {
        endpoint.waiting(-1);
        if (waiting.isEmpty()) {
            loop.deadlines().remove(deadline);
        }
        meters.waitEnded(how, LoopClock.nanos() - sinceNanos);
    }

    private void sendAway(Map.Entry<CallTaker, Long> one, String how, Failure why) {
        boolean gone = one.getKey().isGone();
        left(gone ? "cancelled" : how, one.getValue());
        if (!gone) {
            one.getKey().refused(why);
        }
    }

    private void waitedTooLong() {
        long limit = config.queueTimeout().toNanos();
        while (!waiting.isEmpty()) {
            long left = limit - (LoopClock.nanos() - waiting.firstEntry().getValue());
            if (left > 0) {
                deadline.in(left);
                return;
            }
            Map.Entry<CallTaker, Long> late = waiting.pollFirstEntry();
            if (late != null) {
                sendAway(late, "timeout", noneCameFree());
            }
        }
    }

    private Failure tooMany() {
        return Failure.untouched(
                FailureKind.NO_FREE_CONNECTION,
                "all " + config.maxConnections() + " connections to " + endpoint.name() + " are busy and "
                        + config.maxWaiting() + " exchanges wait already");
    }

    private Failure noneCameFree() {
        return Failure.untouched(
                FailureKind.NO_FREE_CONNECTION,
                "none of " + config.maxConnections() + " connections to " + endpoint.name() + " came free within "
                        + config.queueTimeout().toMillis() + " ms");
    }
}

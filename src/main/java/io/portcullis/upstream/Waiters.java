package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import io.portcullis.net.LoopClock;
import io.portcullis.telemetry.UpstreamMeters;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One loop's exchanges that wait for a connection to one endpoint, in order, at most {@code connect-timeout}. */
@io.portcullis.net.OnLoop
final class Waiters {
    private record Waiting(CallTaker taker, long sinceNanos) {}

    private final Endpoint endpoint;
    private final UpstreamConfig config;
    private final Loop loop;
    private final UpstreamMeters meters;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
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
            deadline.in(config.connectTimeout());
        }
        waiting.addLast(new Waiting(taker, LoopClock.nanos()));
        return true;
    }

    /** The next that is still interested, which waits no more; null where there is none. */
    @Nullable
    CallTaker next() {
        Waiting next = poll();
        while (next != null && next.taker().isGone()) {
            meters.waitEnded("cancelled", LoopClock.nanos() - next.sinceNanos());
            next = poll();
        }
        if (next == null) {
            return null;
        }
        meters.waitEnded("served", LoopClock.nanos() - next.sinceNanos());
        return next.taker();
    }

    /** Sends away the last one, for whom there is no prospect. */
    void refuseLast() {
        Waiting last = waiting.removeLast();
        left();
        boolean gone = last.taker().isGone();
        meters.waitEnded(gone ? "cancelled" : "refused", LoopClock.nanos() - last.sinceNanos());
        if (!gone) {
            last.taker().refused(tooMany());
        }
    }

    private @Nullable Waiting poll() {
        Waiting next = waiting.pollFirst();
        if (next != null) {
            left();
        }
        return next;
    }

    private void left() {
        endpoint.waiting(-1);
        if (waiting.isEmpty()) {
            loop.deadlines().remove(deadline);
        }
    }

    private void waitedTooLong() {
        long limit = config.connectTimeout().toNanos();
        while (!waiting.isEmpty()) {
            long left = limit - (LoopClock.nanos() - waiting.getFirst().sinceNanos());
            if (left > 0) {
                deadline.in(left);
                return;
            }
            Waiting late = poll();
            if (late == null) {
                return;
            }
            boolean gone = late.taker().isGone();
            meters.waitEnded(gone ? "cancelled" : "timeout", LoopClock.nanos() - late.sinceNanos());
            if (!gone) {
                late.taker().refused(noneCameFree());
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
                        + config.connectTimeout().toMillis() + " ms");
    }
}

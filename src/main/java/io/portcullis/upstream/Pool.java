package io.portcullis.upstream;

import io.netty.channel.ChannelFuture;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import io.portcullis.telemetry.EndpointMeters;
import io.portcullis.telemetry.UpstreamMeters;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One loop's connections to one endpoint.
 *
 * <p>Idle ones lie in {@link IdleConnections}. Where the endpoint's cap is reached, exchanges wait in order, at most {@code connect-timeout}; a connection that comes free serves this loop's waiters
 * first, and is closed for another loop's sake where only that one waits; so is the oldest idle one. Who
 * can expect that waits also beyond {@code max-waiting}.
 */
@io.portcullis.net.OnLoop
final class Pool {
    private record Waiting(CallTaker taker, long sinceNanos) {}

    private final Endpoint endpoint;
    private final UpstreamConfig config;
    private final Loop loop;
    private final Connector connector;
    private final UpstreamMeters upstreamMeters;
    private final EndpointMeters meters;
    private final IdleConnections idle;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Deadline waitDeadline = new Deadline(this::waitedTooLong);
    private boolean retired;

    Pool(
            Endpoint endpoint,
            UpstreamConfig config,
            Loop loop,
            Connector connector,
            UpstreamMeters upstreamMeters,
            EndpointMeters meters) {
        this.endpoint = endpoint;
        this.config = config;
        this.loop = loop;
        this.connector = connector;
        this.upstreamMeters = upstreamMeters;
        this.meters = meters;
        this.idle = new IdleConnections(endpoint, meters);
    }

    Loop loop() {
        return loop;
    }

    UpstreamConfig config() {
        return config;
    }

    EndpointMeters meters() {
        return meters;
    }

    void acquire(boolean fresh, CallTaker taker) {
        assert loop.isCurrent();
        Http1Connection kept = fresh ? null : idle.take();
        if (kept != null) {
            taker.ready(kept.begin(true));
        } else if (endpoint.takePermit()) {
            dial(taker);
        } else if (endpoint.waiting() >= config.maxWaiting() + endpoint.idle()) {
            upstreamMeters.waitRefused();
            taker.refused(tooMany());
        } else {
            // What is idle here and may not be used makes room like what is idle on other loops.
            idle.evict("room");
            enqueue(taker);
        }
    }

    /** A connection's call is over and the connection is fit for another. */
    void takeBack(Http1Connection connection) {
        Waiting next = nextWaiting();
        if (next != null) {
            served(next);
            next.taker().ready(connection.begin(true));
        } else if (retired || idle.size() >= config.maxIdle() || endpoint.waiting() > 0) {
            connection.close();
        } else {
            idle.put(connection);
        }
    }

    /** A connection is closed, whichever state it was in. */
    void gone(Http1Connection connection, boolean wasIdle) {
        endpoint.givePermit();
        if (wasIdle) {
            idle.gone(connection);
        } else {
            meters.closedBusy();
        }
    }

    /** A connection has been idle for as long as it may. */
    void expired(Http1Connection connection) {
        idle.expired(connection);
    }

    /** Another connection may be dialled: somewhere one was closed. */
    void serveWaiting() {
        while (!waiting.isEmpty()) {
            if (!endpoint.takePermit()) {
                reconsider();
                return;
            }
            Waiting next = nextWaiting();
            if (next == null) {
                endpoint.givePermit();
                return;
            }
            served(next);
            dial(next.taker());
        }
    }

    /** Keeps nothing from now on. */
    void retire() {
        retired = true;
        while (idle.evict("retired")) {
            // the next one
        }
    }

    private void dial(CallTaker taker) {
        meters.connecting();
        long began = System.nanoTime();
        Http1Connection connection = new Http1Connection(this, connector);
        ChannelFuture dialled = connector.dial(loop, connection);
        dialled.addListener(done -> {
            if (done.isSuccess()) {
                meters.connected(System.nanoTime() - began);
                if (taker.isGone()) {
                    takeBack(connection);
                } else {
                    taker.ready(connection.begin(false));
                }
                return;
            }
            Failure why = connector.failure(done.cause());
            meters.connectFailed(why.kind().tag());
            endpoint.givePermit();
            if (!taker.isGone()) {
                taker.refused(why);
            }
        });
    }

    private void enqueue(CallTaker taker) {
        upstreamMeters.waitBegan();
        endpoint.waiting(1);
        if (waiting.isEmpty()) {
            loop.deadlines().add(waitDeadline);
            waitDeadline.in(config.connectTimeout());
        }
        waiting.addLast(new Waiting(taker, System.nanoTime()));
        endpoint.askForRoom(this);
    }

    /** Another loop's exchange waits: an idle connection is worth less than its turn. */
    void makeRoom() {
        if (endpoint.waiting() > 0) {
            idle.evict("room");
        }
    }

    /** Sends away those who were let wait only because idle connections would make room, where these are in use again. */
    void reconsider() {
        while (!waiting.isEmpty() && endpoint.waiting() > config.maxWaiting() + endpoint.room()) {
            Waiting last = waiting.getLast();
            waiting.removeLast();
            left();
            boolean gone = last.taker().isGone();
            upstreamMeters.waitEnded(gone ? "cancelled" : "refused", System.nanoTime() - last.sinceNanos());
            if (!gone) {
                last.taker().refused(tooMany());
            }
        }
    }

    private @Nullable Waiting nextWaiting() {
        Waiting next = pollWaiting();
        while (next != null && next.taker().isGone()) {
            upstreamMeters.waitEnded("cancelled", System.nanoTime() - next.sinceNanos());
            next = pollWaiting();
        }
        return next;
    }

    private @Nullable Waiting pollWaiting() {
        Waiting next = waiting.pollFirst();
        if (next != null) {
            left();
        }
        return next;
    }

    private void left() {
        endpoint.waiting(-1);
        if (waiting.isEmpty()) {
            loop.deadlines().remove(waitDeadline);
        }
    }

    private void served(Waiting next) {
        upstreamMeters.waitEnded("served", System.nanoTime() - next.sinceNanos());
    }

    private void waitedTooLong() {
        long limit = config.connectTimeout().toNanos();
        while (!waiting.isEmpty()) {
            long left = limit - (System.nanoTime() - waiting.getFirst().sinceNanos());
            if (left > 0) {
                waitDeadline.in(left);
                return;
            }
            Waiting late = pollWaiting();
            if (late == null) {
                return;
            }
            boolean gone = late.taker().isGone();
            upstreamMeters.waitEnded(gone ? "cancelled" : "timeout", System.nanoTime() - late.sinceNanos());
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

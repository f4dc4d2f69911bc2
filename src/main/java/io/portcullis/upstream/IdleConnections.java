package io.portcullis.upstream;

import io.portcullis.net.LoopClock;
import io.portcullis.telemetry.EndpointMeters;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One loop's idle connections to one endpoint.
 *
 * <p>The youngest goes out first, so that a quiet pool shrinks by age; none goes out that is older than what the endpoint is seen
 * to keep ({@link KeepAliveEstimate}). Each one counts at the endpoint until it is used again or gone, because it holds a permit
 * so long.
 */
@io.portcullis.net.OnLoop
final class IdleConnections {
    private final Endpoint endpoint;
    private final KeepAliveEstimate keepAlive;
    private final EndpointMeters meters;
    private final ArrayDeque<Http1Connection> idle = new ArrayDeque<>();
    private @Nullable Http1Connection probe;

    IdleConnections(Endpoint endpoint, EndpointMeters meters) {
        this.endpoint = endpoint;
        this.keepAlive = endpoint.keepAlive();
        this.meters = meters;
    }

    int size() {
        return idle.size();
    }

    void put(Http1Connection connection) {
        meters.idled();
        endpoint.idle(1);
        idle.addLast(connection);
        connection.rest(keepAlive.limitNanos());
    }

    /** The youngest that may be used; null where there is none. */
    @Nullable
    Http1Connection take() {
        boolean avoided = false;
        Http1Connection found = null;
        while (found == null && !idle.isEmpty() && idle.peekLast() != probe) {
            Http1Connection last = idle.removeLast();
            meters.reused();
            if (!last.isUsable()) {
                meters.closedWhileIdle("endpoint");
                keepAlive.closed(last.idleNanos(), LoopClock.nanos());
                last.close();
            } else if (last.wear.isOver()) {
                closeWorn(last);
            } else if (last.idleNanos() > keepAlive.limitNanos()) {
                avoided = true;
                close(last);
            } else {
                endpoint.idle(-1);
                found = last;
            }
        }
        if (avoided) {
            meters.reuseAvoided();
        }
        return found;
    }

    /** Closes the oldest, because somebody needs its permit ({@code room}) or nothing is kept ({@code retired}); false for none. */
    boolean evict(String reason) {
        Http1Connection oldest = idle.pollFirst();
        if (oldest == null) {
            return false;
        }
        endProbe(oldest);
        meters.reused();
        meters.closedWhileIdle(reason);
        oldest.close();
        return true;
    }

    /** A connection has been idle as long as it may. */
    void expired(Http1Connection connection) {
        long now = LoopClock.nanos();
        if (connection.wear.isOver()) {
            if (idle.remove(connection)) {
                endProbe(connection);
                meters.reused();
                closeWorn(connection);
            }
            return;
        }
        if (connection == probe) {
            keepAlive.probeSurvived(now);
            probe = null;
        } else if (keepAlive.beginProbe(now)) {
            probe = connection;
            connection.deadline().in(Math.max(0, keepAlive.probeNanos() - connection.idleNanos()));
            return;
        }
        if (idle.remove(connection)) {
            meters.reused();
            close(connection);
        }
    }

    /** A connection that was put here is closed. */
    void gone(Http1Connection connection) {
        endpoint.idle(-1);
        if (!idle.removeLastOccurrence(connection)) {
            meters.closedBusy();
            return;
        }
        meters.closedIdle();
        meters.closedWhileIdle("endpoint");
        if (connection == probe) {
            probe = null;
            keepAlive.probeClosed(connection.idleNanos(), LoopClock.nanos());
        } else {
            keepAlive.closed(connection.idleNanos(), LoopClock.nanos());
        }
    }

    private void close(Http1Connection connection) {
        meters.closedWhileIdle(keepAlive.isShortened() ? "keep_alive" : "idle_timeout");
        connection.close();
    }

    private void closeWorn(Http1Connection connection) {
        meters.closedWhileIdle("max_age");
        connection.close();
    }

    private void endProbe(Http1Connection connection) {
        if (connection == probe) {
            probe = null;
            keepAlive.probeEnded(LoopClock.nanos());
        }
    }
}

package io.portcullis.upstream;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.net.Failure;
import io.portcullis.net.Loop;
import io.portcullis.telemetry.EndpointMeters;
import io.portcullis.telemetry.UpstreamMeters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One loop's HTTP/2 connections to one endpoint: one, and more where that one has as many streams as the endpoint allows.
 *
 * <p>The oldest with room is used, so that those which were added for a rush fall idle first. A connection takes calls from the
 * endpoint's first SETTINGS on: then it is known how many, and that the endpoint speaks HTTP/2 at all. Exchanges that come while a
 * connection is made share it. The first connection of a loop needs no permit, so that no loop starves by what the others hold;
 * further ones do, and where there is none, exchanges wait for a stream to end.
 */
@io.portcullis.net.OnLoop
final class Http2Pool implements Pool {
    private final Endpoint endpoint;
    private final UpstreamConfig config;
    private final Loop loop;
    private final Connector connector;
    private final EndpointMeters meters;
    private final Waiters waiters;
    private final List<Http2Connection> open = new ArrayList<>(1);
    private ArrayDeque<CallTaker> expecting = new ArrayDeque<>();
    private long dialledAtNanos;
    private boolean dialling;
    private boolean retired;

    Http2Pool(
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
        this.meters = meters;
        this.waiters = new Waiters(endpoint, config, loop, upstreamMeters);
    }

    @Override
    public Loop loop() {
        return loop;
    }

    UpstreamConfig config() {
        return config;
    }

    @Override
    public void acquire(boolean fresh, CallTaker taker) {
        assert loop.isCurrent();
        Http2Connection found = fresh ? null : withRoom();
        if (found == null && joinDial()) {
            expecting.add(taker);
            return;
        }
        Http2Connection last = found == null ? withRoom() : found;
        if (last != null) {
            take(last, taker);
        } else if (waiters.add(taker, config.maxWaiting())) {
            endpoint.askForRoom(this);
        }
    }

    /** One is enough for all. */
    @Override
    public boolean keep(int least, CallTaker teller) {
        if (open.isEmpty() && !dialling && !retired) {
            dial(false);
            expecting.add(teller);
            return false;
        }
        return !open.isEmpty();
    }

    /** The endpoint's first SETTINGS came: {@code connection} takes calls. */
    void opened(Http2Connection connection) {
        dialling = false;
        meters.connected(System.nanoTime() - dialledAtNanos);
        open.add(connection);
        ArrayDeque<CallTaker> those = expecting;
        expecting = new ArrayDeque<>();
        for (CallTaker taker = those.poll(); taker != null; taker = those.poll()) {
            if (!taker.isGone() && !taker.isForLater()) {
                acquire(false, taker);
            }
        }
        roomAgain(connection);
    }

    /** The connection was not made, or does not speak HTTP/2. */
    void notOpened(boolean permitted, Failure why) {
        dialling = false;
        meters.connectFailed(why.kind().tag());
        if (permitted) {
            endpoint.givePermit();
        }
        ArrayDeque<CallTaker> those = expecting;
        expecting = new ArrayDeque<>();
        for (CallTaker taker = those.poll(); taker != null; taker = those.poll()) {
            if (!taker.isGone()) {
                taker.refused(why);
            }
        }
    }

    /** A stream of {@code connection} is over, or the endpoint allows more of them. */
    void roomAgain(Http2Connection connection) {
        while (connection.room() > 0) {
            CallTaker next = waiters.next();
            if (next == null) {
                break;
            }
            take(connection, next);
        }
        if (connection.isQuiet()) {
            if (retired || connection.isPermitted() && endpoint.waiting() > 0) {
                leave(connection, retired ? "retired" : "room");
            } else if (!connection.isIdle()) {
                meters.idled();
                connection.rest();
            }
        }
    }

    /** It takes no more calls; those that run go on. */
    private void leaving(Http2Connection connection) {
        if (open.remove(connection)) {
            serveWaiting();
        }
    }

    /** The endpoint closes {@code connection}, or is about to. */
    void lost(Http2Connection connection) {
        if (connection.isIdle()) {
            meters.closedWhileIdle("endpoint");
        }
        leaving(connection);
    }

    /** An open connection is closed. */
    void gone(Http2Connection connection) {
        if (connection.isIdle()) {
            meters.closedIdle();
        } else {
            meters.closedBusy();
        }
        if (connection.isPermitted()) {
            endpoint.givePermit();
        }
        serveWaiting();
    }

    /** {@code connection} has had no stream for as long as it may. */
    void expired(Http2Connection connection) {
        leave(connection, connection.wear.isOver() ? "max_age" : "idle_timeout");
    }

    @Override
    public void serveWaiting() {
        if (!waiters.isEmpty() && joinDial() && open.isEmpty()) {
            // Nothing else can come free for them.
            for (CallTaker next = waiters.next(); next != null; next = waiters.next()) {
                expecting.add(next);
            }
        }
    }

    @Override
    public void makeRoom() {
        if (endpoint.waiting() > 0) {
            for (Http2Connection connection : List.copyOf(open)) {
                if (connection.isPermitted() && connection.isIdle()) {
                    leave(connection, "room");
                    return;
                }
            }
        }
    }

    @Override
    public void reconsider() {
        // Nobody was let wait for more than max-waiting allows.
    }

    @Override
    public void retire() {
        retired = true;
        for (Http2Connection connection : List.copyOf(open)) {
            leave(connection, "retired");
        }
    }

    private @Nullable Http2Connection withRoom() {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).room() > 0 && !open.get(i).wear.isOver()) {
                return open.get(i);
            }
        }
        return null;
    }

    private void take(Http2Connection connection, CallTaker taker) {
        if (connection.isIdle()) {
            meters.reused();
        }
        taker.ready(connection.begin());
        if (connection.wear.isOver() && open.contains(connection)) {
            leave(connection, "max_age");
        }
    }

    /** Says whether a connection is being made, having begun to make one where that helps and is allowed. */
    private boolean joinDial() {
        if (dialling) {
            return true;
        }
        boolean first = open.isEmpty();
        if (!first && (hasIdle() || !endpoint.takePermit())) {
            return false;
        }
        dial(!first);
        return true;
    }

    /** Where one takes no stream at all, or lies idle, a further one would be no better. */
    private boolean hasIdle() {
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i).isIdle()) {
                return true;
            }
        }
        return false;
    }

    private void leave(Http2Connection connection, String why) {
        leaving(connection);
        if (connection.isIdle()) {
            meters.closedWhileIdle(why);
        }
        connection.leave();
    }

    private void dial(boolean permitted) {
        dialling = true;
        dialledAtNanos = System.nanoTime();
        meters.connecting();
        Future<Channel> dialled = connector.dial(loop, new Http2Connection(this, connector, permitted));
        dialled.addListener(done -> {
            if (!done.isSuccess()) {
                notOpened(permitted, connector.failure(done.cause()));
            }
        });
    }
}

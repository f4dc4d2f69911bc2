package io.portcullis.upstream;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.portcullis.config.DialConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.net.Failure;
import io.portcullis.net.Loop;
import io.portcullis.telemetry.EndpointMeters;
import io.portcullis.telemetry.UpstreamMeters;

/**
 * One loop's HTTP/1.1 connections to one endpoint.
 *
 * <p>Idle ones lie in {@link IdleConnections}. Where the endpoint's cap is reached, exchanges wait; a connection that comes free serves
 * this loop's {@link Waiters} first, and is closed for another loop's sake where only that one waits; so is the oldest idle one. Who
 * can expect that waits also beyond {@code max-waiting}.
 */
@io.portcullis.net.OnLoop
final class Http1Pool implements Pool {
    private final Endpoint endpoint;
    private final UpstreamConfig config;
    private final Loop loop;
    private final Connector connector;
    private final EndpointMeters meters;
    private final IdleConnections idle;
    private final Waiters waiters;
    private int open;
    private boolean retired;

    Http1Pool(
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
        this.waiters = new Waiters(endpoint, config, loop, upstreamMeters);
        this.meters = meters;
        this.idle = new IdleConnections(endpoint, meters);
    }

    @Override
    public Loop loop() {
        return loop;
    }

    UpstreamConfig config() {
        return config;
    }

    EndpointMeters meters() {
        return meters;
    }

    @Override
    public void acquire(boolean fresh, CallTaker taker) {
        assert loop.isCurrent();
        Http1Connection kept = fresh ? null : idle.take();
        if (kept != null) {
            taker.ready(kept.begin(true));
        } else if (endpoint.takePermit()) {
            dial(taker);
        } else if (waiters.add(taker, config.maxWaiting() + endpoint.idle())) {
            // What is idle here and may not be used makes room like what is idle on other loops.
            idle.evict("room");
            endpoint.askForRoom(this);
        }
    }

    /** Who waits for a connection goes before. */
    @Override
    public boolean keep(int least, CallTaker teller) {
        int wanted = Math.min(least, config.maxIdle());
        boolean all = open >= wanted;
        while (!retired && open < wanted && endpoint.waiting() == 0 && endpoint.takePermit()) {
            dial(teller);
        }
        return all;
    }

    /** A connection's call is over and the connection is fit for another. */
    void takeBack(Http1Connection connection) {
        if (config.dial().proxyProtocol() != DialConfig.ProxyProtocol.OFF || connection.wear.isOver()) {
            // It names one client, or has served for long enough; who waits gets a new one.
            connection.close();
            return;
        }
        CallTaker next = waiters.next();
        if (next != null) {
            next.ready(connection.begin(true));
        } else if (retired || idle.size() >= config.maxIdle() || endpoint.waiting() > 0) {
            connection.close();
        } else {
            idle.put(connection);
        }
    }

    /** A connection is closed, whichever state it was in. */
    void gone(Http1Connection connection, boolean wasIdle) {
        open--;
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

    @Override
    public void serveWaiting() {
        while (!waiters.isEmpty()) {
            if (!endpoint.takePermit()) {
                reconsider();
                return;
            }
            CallTaker next = waiters.next();
            if (next == null) {
                endpoint.givePermit();
                return;
            }
            dial(next);
        }
    }

    @Override
    public void makeRoom() {
        if (endpoint.waiting() > 0) {
            idle.evict("room");
        }
    }

    /** Those may go who were let wait only because idle connections would make room, where these are in use again. */
    @Override
    public void reconsider() {
        while (!waiters.isEmpty() && endpoint.waiting() > config.maxWaiting() + endpoint.room()) {
            waiters.refuseLast();
        }
    }

    @Override
    public void retire() {
        retired = true;
        while (idle.evict("retired")) {
            // the next one
        }
    }

    private void dial(CallTaker taker) {
        open++;
        meters.connecting();
        long began = System.nanoTime();
        Http1Connection connection = new Http1Connection(this, connector);
        Future<Channel> dialled = connector.dial(loop, connection, taker.client());
        dialled.addListener(done -> {
            if (done.isSuccess()) {
                meters.connected(System.nanoTime() - began);
                if (taker.isGone() || taker.isForLater()) {
                    takeBack(connection);
                } else {
                    taker.ready(connection.begin(false));
                }
                return;
            }
            open--;
            Failure why = connector.failure(done.cause());
            meters.connectFailed(why.kind().tag());
            endpoint.givePermit();
            if (!taker.isGone()) {
                taker.refused(why);
            }
        });
    }
}

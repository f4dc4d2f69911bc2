package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig;
import io.portcullis.http.KeepAliveField;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.Loop;
import io.portcullis.net.Loops;
import io.portcullis.telemetry.EndpointMeters;
import io.portcullis.telemetry.UpstreamMeters;
import io.portcullis.tls.ClientTls;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One backend and the connections to it: a pool for each loop, and one cap over all of them. Safe for any thread. */
public final class Endpoint {
    private final UpstreamConfig.EndpointAddress address;
    private final EndpointMeters meters;
    private final Pool[] pools;
    private final int most;
    private final AtomicInteger permits;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger idle = new AtomicInteger();
    private final KeepAliveEstimate keepAlive;
    private final Connector connector;
    private final Load load = new Load();

    Endpoint(
            UpstreamConfig config,
            UpstreamConfig.EndpointAddress address,
            Loops loops,
            UpstreamMeters upstreamMeters,
            EndpointMeters meters,
            int headerLimit,
            @Nullable ClientTls tls) {
        this.address = address;
        this.meters = meters;
        this.keepAlive = new KeepAliveEstimate(config.idleTimeout().toNanos(), config.keepAliveLearning());
        meters.keepAlive(keepAlive::learnedSeconds);
        this.most = config.maxConnections();
        boolean multiplexed = config.protocol().isMultiplexed();
        int free = multiplexed ? loops.all().size() : 0;
        this.permits = new AtomicInteger(Math.max(0, config.maxConnections() - free));
        this.connector = new Connector(
                config,
                address,
                loops,
                headerLimit,
                tls == null ? null : tls.endpoint(address.host(), List.of(multiplexed ? "h2" : "http/1.1")));
        pools = new Pool[loops.all().size()];
        for (Loop loop : loops.all()) {
            pools[loop.index()] = multiplexed
                    ? new Http2Pool(this, config, loop, connector, upstreamMeters, meters)
                    : new Http1Pool(this, config, loop, connector, upstreamMeters, meters);
        }
    }

    /** As the operator wrote it: {@code 10.0.0.5:8080}. */
    public String name() {
        return address.toString();
    }

    /**
     * Its connections now.
     *
     * @param busy connections with a call, or being made
     * @param waiting exchanges that wait for one
     */
    public record State(int busy, int idle, int waiting) {}

    /** A look from any thread: the three numbers need not be of one moment. */
    public State state() {
        int open = most - permits.get();
        return new State(Math.max(0, open - idle.get()), idle.get(), waiting.get());
    }

    public EndpointMeters meters() {
        return meters;
    }

    /**
     * Asks for a connection on {@code loop}; to be called there.
     *
     * @param fresh whether it must be a new one
     */
    public void acquire(Loop loop, boolean fresh, CallTaker taker) {
        pools[loop.index()].acquire(fresh, taker);
    }

    /**
     * Has {@code least} connections of {@code loop} open; to be called there. Says whether they were.
     *
     * @param teller is refused where one cannot be made
     */
    boolean keep(Loop loop, int least, CallTaker teller) {
        return pools[loop.index()].keep(least, teller);
    }

    /** Of a new connection's first response: it may say how long it is kept ({@code Keep-Alive: timeout=seconds}). */
    public void learnKeepAlive(ResponseHead head) {
        long seconds = KeepAliveField.seconds(head.fields());
        if (seconds > 0) {
            keepAlive.announced(seconds);
        }
    }

    Connector connector() {
        return connector;
    }

    Load load() {
        return load;
    }

    KeepAliveEstimate keepAlive() {
        return keepAlive;
    }

    /** Closes idle connections, and busy ones when their call ends. From any thread. */
    void retire() {
        for (Pool pool : pools) {
            pool.loop().executor().execute(pool::retire);
        }
    }

    boolean takePermit() {
        int left = permits.get();
        while (left > 0) {
            if (permits.compareAndSet(left, left - 1)) {
                return true;
            }
            left = permits.get();
        }
        return false;
    }

    /** A connection is gone: whoever waits, on whichever loop, may dial. */
    void givePermit() {
        permits.incrementAndGet();
        if (waiting.get() > 0) {
            for (Pool pool : pools) {
                pool.loop().executor().execute(pool::serveWaiting);
            }
        }
    }

    /** Connections that are idle on other loops may hold the permits that {@code asking} needs. */
    void askForRoom(Pool asking) {
        for (Pool pool : pools) {
            if (pool != asking) {
                pool.loop().executor().execute(() -> {
                    pool.makeRoom();
                    asking.loop().executor().execute(asking::reconsider);
                });
            }
        }
    }

    void idle(int change) {
        idle.addAndGet(change);
    }

    /** Connections that lie idle or were closed while they did, and still hold a permit, on all loops. */
    int idle() {
        return idle.get();
    }

    /** Connections that could be dialled now, or soon. */
    int room() {
        return idle.get() + permits.get();
    }

    void waiting(int change) {
        waiting.addAndGet(change);
    }

    /** Exchanges that wait for a connection, on all loops. */
    int waiting() {
        return waiting.get();
    }
}

package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig;
import io.portcullis.net.Loops;
import io.portcullis.telemetry.Meters;
import io.portcullis.telemetry.UpstreamMeters;
import io.portcullis.tls.ClientTls;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A named set of endpoints. Safe for any thread. */
public final class Upstream {
    private final UpstreamConfig config;
    private final List<Endpoint> endpoints;
    private final UpstreamMeters meters;
    private final @Nullable ClientTls tls;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param headerLimit bytes of a response's header fields
     * @param tls null where endpoints are spoken to without it
     */
    public Upstream(UpstreamConfig config, Loops loops, Meters meters, int headerLimit, @Nullable ClientTls tls) {
        this.tls = tls;
        this.config = config;
        this.meters = meters.upstream(config.name());
        List<Endpoint> made = new ArrayList<>();
        for (UpstreamConfig.EndpointAddress address : config.endpoints()) {
            made.add(new Endpoint(
                    config,
                    address,
                    loops,
                    this.meters,
                    meters.endpoint(config.name(), address.toString()),
                    headerLimit,
                    tls));
        }
        endpoints = List.copyOf(made);
    }

    /** Null where endpoints are spoken to without it. */
    public @Nullable ClientTls tls() {
        return tls;
    }

    public String name() {
        return config.name();
    }

    public UpstreamConfig config() {
        return config;
    }

    public UpstreamMeters meters() {
        return meters;
    }

    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /**
     * The next endpoint in turn that {@code tried} does not hold; null where it holds all. Another try takes no turn: with two
     * endpoints of which one is down, every exchange would begin with that one.
     */
    public @Nullable Endpoint pick(List<Endpoint> tried) {
        int count = endpoints.size();
        int next = count == 1 ? 0 : tried.isEmpty() ? turn.getAndIncrement() : turn.get();
        int start = Math.floorMod(next, count);
        for (int i = 0; i < count; i++) {
            Endpoint candidate = endpoints.get((start + i) % count);
            if (!tried.contains(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    /** The endpoints in the order in which the next exchange would try them; takes no turn. */
    public List<Endpoint> order() {
        List<Endpoint> order = new ArrayList<>(endpoints);
        Collections.rotate(order, -Math.floorMod(turn.get(), endpoints.size()));
        return order;
    }

    /** Keeps no idle connection from now on; calls that run end in peace. */
    public void retire() {
        endpoints.forEach(Endpoint::retire);
    }
}

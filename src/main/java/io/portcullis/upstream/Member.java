package io.portcullis.upstream;

import io.portcullis.config.EndpointConfig;
import io.portcullis.net.LoopClock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An endpoint's place in an upstream: what it weighs there, how well it is, and what was ordered of it. Safe for any thread. */
public final class Member {
    private final Endpoint endpoint;
    private final Wanted wanted;
    private final @Nullable Order order;
    private final Health health;
    private final long hash;

    Member(Endpoint endpoint, Wanted wanted, @Nullable Order order, Health health) {
        this.endpoint = endpoint;
        this.wanted = wanted;
        this.order = order;
        this.health = health;
        this.hash = RequestKey.hash(wanted.as().address().toString());
    }

    /** Whether it is what is wanted, as it was ordered. */
    boolean is(Wanted other, @Nullable Order ordered) {
        return wanted.equals(other) && Objects.equals(order, ordered);
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    EndpointConfig config() {
        return wanted.as();
    }

    /** What was configured: its address, or the name that stands for it. */
    public EndpointConfig configured() {
        return wanted.from();
    }

    /** Null where nothing was ordered. */
    public @Nullable Order order() {
        return order;
    }

    /** Whether it gets nothing new. */
    public boolean isDrained() {
        return order != null && order.drained();
    }

    public int weight() {
        return order != null && order.weight() > 0 ? order.weight() : config().weight();
    }

    public boolean isBackup() {
        return config().isBackup();
    }

    /** 0: it serves; else which backup it is, the lower ones first. */
    public int backup() {
        return config().backup();
    }

    public Health health() {
        return health;
    }

    /** Exchanges that run there now. */
    public int running() {
        return load().running();
    }

    /** Another endpoint answered a request sooner that was here for so long. */
    public void outrun(long nanos) {
        load().outrun(nanos, LoopClock.nanos());
    }

    Load load() {
        return endpoint.load();
    }

    /** Of its address, the same on every node. */
    long hash() {
        return hash;
    }
}

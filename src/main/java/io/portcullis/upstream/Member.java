package io.portcullis.upstream;

import io.portcullis.config.EndpointConfig;

/** An endpoint's place in an upstream: what it weighs there, and how well it is. Safe for any thread. */
public final class Member {
    private final Endpoint endpoint;
    private final EndpointConfig config;
    private final Health health;
    private final long hash;

    Member(Endpoint endpoint, EndpointConfig config, Health health) {
        this.endpoint = endpoint;
        this.config = config;
        this.health = health;
        this.hash = RequestKey.hash(config.address().toString());
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    EndpointConfig config() {
        return config;
    }

    public int weight() {
        return config.weight();
    }

    public boolean isBackup() {
        return config.backup();
    }

    public Health health() {
        return health;
    }

    /** Exchanges that run there now. */
    public int running() {
        return load().running();
    }

    Load load() {
        return endpoint.load();
    }

    /** Of its address, the same on every node. */
    long hash() {
        return hash;
    }
}

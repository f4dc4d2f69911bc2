package io.portcullis.config;

import java.time.Duration;

/**
 * How the names among an upstream's endpoints are kept fresh.
 *
 * @param minTtl an answer holds at least as long, also one of TTL 0; 10 ms to 1 h
 * @param maxTtl and no longer than this; from {@code minTtl} to 1 d
 */
public record LookupConfig(Duration minTtl, Duration maxTtl, Family family) {
    /** Which addresses are taken. */
    public enum Family {
        /** IPv6 addresses only where there is no IPv4. */
        PREFER_IPV4,
        /** IPv4 addresses only where there is no IPv6. */
        PREFER_IPV6,
        /** All of them. */
        BOTH
    }
}

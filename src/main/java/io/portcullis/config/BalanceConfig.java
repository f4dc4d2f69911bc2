package io.portcullis.config;

/**
 * How exchanges are shared out among an upstream's endpoints.
 *
 * @param policy who is asked next
 * @param hashBy what {@link Policy#HASH} looks at in a request
 * @param hashName the field or cookie of {@link #hashBy}, lower case for a field; empty where it needs none
 * @param mostLoadPercent of the mean load, what {@link Policy#HASH} lets one endpoint have, 101 to 10000
 * @param panicPercent where fewer of the endpoints are available, health is ignored, 1 to 100; 0: never
 */
public record BalanceConfig(Policy policy, HashBy hashBy, String hashName, int mostLoadPercent, int panicPercent) {
    /** Who is asked next. */
    public enum Policy {
        /** Each in turn, by weight. */
        ROUND_ROBIN,
        /** Of two at random the one with fewer exchanges for its weight. */
        LEAST_REQUESTS,
        /** Of two at random the one that is likely to answer sooner. */
        PEAK_EWMA,
        /** Anyone, by weight. */
        RANDOM,
        /** The same for the same key. */
        HASH
    }

    /** What makes the key of a request. */
    public enum HashBy {
        HEADER,
        COOKIE,
        CLIENT_ADDRESS,
        PATH
    }
}

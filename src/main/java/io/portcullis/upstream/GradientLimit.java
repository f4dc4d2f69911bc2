package io.portcullis.upstream;

import io.portcullis.config.AdaptiveConfig;

/**
 * How many requests an upstream bears at once, found by its latency: it grows while answers are about as fast as they ever are, and falls
 * by as much as they are slower. One thread at a time; no clock of its own.
 *
 * <pre>
 * after each window   gradient = allowed / median of the window          allowed = tolerance × least latency, and 2 ms above it at least
 *                     limit    = gradient × limit + √(gradient × limit)    gradient from ½ to 2; the root is room for a queue to show in
 *                     no growth where less than half of it was in use: what was not tried is not known
 * least latency       falls by a fifth of the way to each median below it
 * not met for long    limit = min, until a window has begun with no more than that under way: its median is the least latency from now
 *                     on, and the limit is what it was
 * </pre>
 *
 * The gradient is that of Envoy's adaptive concurrency and of Netflix' concurrency-limits. Unlike Envoy's this one does not measure the least
 * latency anew by the clock, which turns requests away although all is well, but only where the one that is known was not met for long.
 */
final class GradientLimit {
    /** Fast ones differ by chance: this much above the least latency is never too much. */
    private static final double FLOOR_NANOS = 2e6;

    /** Of a measurement that cannot begin, because what was under way before does not end. */
    private static final int MOST_WINDOWS = 20;

    private static final double DOWN = 0.2;

    private final AdaptiveConfig config;
    private double limit;
    private double least;
    private long unmetSinceNanos;
    private boolean met = true;
    private boolean measuring;
    private double before;
    private int waited;

    GradientLimit(AdaptiveConfig config) {
        this.config = config;
        this.limit = config.initial();
    }

    /** Requests that may wait for an answer at once. */
    int limit() {
        return (int) limit;
    }

    /** The least latency that is believed, in nanoseconds; 0 before the first window. */
    double leastNanos() {
        return least;
    }

    /** Whether the least latency is being measured anew. */
    boolean isMeasuring() {
        return measuring;
    }

    /**
     * A window with enough answers is over.
     *
     * @param medianNanos of its answers
     * @param began requests under way when it began
     * @param most requests under way at its fullest moment
     */
    void over(double medianNanos, int began, int most, long nowNanos) {
        if (measuring) {
            measured(medianNanos, began);
            return;
        }
        least = least == 0 ? medianNanos : Math.min(least, least + DOWN * (medianNanos - least));
        double allowed = allowed();
        if (medianNanos <= allowed) {
            met = true;
        } else if (met) {
            // Not since the last one that met it: nobody may have come in between.
            met = false;
            unmetSinceNanos = nowNanos;
        } else if (nowNanos - unmetSinceNanos >= config.remeasure().toNanos()) {
            measuring = true;
            before = limit;
            waited = 0;
            limit = config.min();
            return;
        }
        double falls = limit * Math.clamp(allowed / medianNanos, 0.5, 2);
        double next = falls + Math.sqrt(falls);
        if (next < limit || most >= limit / 2) {
            limit = Math.clamp(next, config.min(), config.max());
        }
    }

    private void measured(double medianNanos, int began) {
        waited++;
        if (began <= config.min() || waited >= MOST_WINDOWS) {
            least = medianNanos;
            met = true;
            measuring = false;
            limit = before;
        }
    }

    private double allowed() {
        return Math.max(least * config.tolerancePercent() / 100, least + FLOOR_NANOS);
    }
}

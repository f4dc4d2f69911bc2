package io.portcullis.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * The latencies of one window, by size: sixteen steps between one power of two and the next, so that a median is right to 3 %. From 1 µs to
 * 18 min; what is beyond counts as that. Safe for any thread: atomics.
 */
final class LatencyWindow {
    private static final int STEP_BITS = 4;
    private static final int LOWEST = 10;
    private static final int HIGHEST = 40;

    private final AtomicIntegerArray steps = new AtomicIntegerArray(HIGHEST - LOWEST << STEP_BITS);
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger most;
    private final long beganNanos;
    private final int began;

    /** @param began requests under way now */
    LatencyWindow(long nowNanos, int began) {
        this.beganNanos = nowNanos;
        this.began = began;
        this.most = new AtomicInteger(began);
    }

    long beganNanos() {
        return beganNanos;
    }

    /** Requests under way when it began. */
    int began() {
        return began;
    }

    /** So many are under way. */
    void running(int now) {
        if (now > most.get()) {
            most.accumulateAndGet(now, Math::max);
        }
    }

    /** The most that were. */
    int most() {
        return most.get();
    }

    /** Takes a latency in; says how many there are. */
    int add(long nanos) {
        long bounded = Math.clamp(nanos, 1L << LOWEST, (1L << HIGHEST) - 1);
        int power = 63 - Long.numberOfLeadingZeros(bounded);
        int step = (int) (bounded >>> power - STEP_BITS) & (1 << STEP_BITS) - 1;
        steps.incrementAndGet((power - LOWEST << STEP_BITS) + step);
        return count.incrementAndGet();
    }

    /** The middle one, in nanoseconds; 0 where there is none. */
    double median() {
        int half = (count.get() + 1) / 2;
        int seen = 0;
        for (int i = 0; i < steps.length(); i++) {
            seen += steps.get(i);
            if (seen >= half && seen > 0) {
                double step = (i & (1 << STEP_BITS) - 1) + 0.5;
                return (1L << (i >>> STEP_BITS) + LOWEST) * (1 + step / (1 << STEP_BITS));
            }
        }
        return 0;
    }
}

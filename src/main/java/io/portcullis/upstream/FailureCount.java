package io.portcullis.upstream;

import io.portcullis.config.HealthConfig;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint's failures: in a row, and as a share of what it was asked within a window. Windows follow one another and begin at 0.
 * Safe for any thread: atomics.
 */
final class FailureCount {
    private static final int BITS = 20;
    private static final long MOST = (1 << BITS) - 1;

    private final HealthConfig.Ejection config;
    private final AtomicInteger inARow = new AtomicInteger();

    /** Which window, how many requests, how many of them failed: 24, 20 and 20 bits. */
    private final AtomicLong window = new AtomicLong();

    FailureCount(HealthConfig.Ejection config) {
        this.config = config;
    }

    int inARow() {
        return inARow.get();
    }

    void succeeded(long nowNanos) {
        if (inARow.get() != 0) {
            inARow.set(0);
        }
        if (config.ratioPercent() > 0) {
            count(0, nowNanos);
        }
    }

    /** Says what is too much now; null for nothing. After an ejection the first failure is, until there is a success. */
    @Nullable
    String failed(long nowNanos) {
        int row = inARow.incrementAndGet();
        if (config.failures() > 0 && row >= config.failures()) {
            return "failures";
        }
        if (config.ratioPercent() == 0) {
            return null;
        }
        long state = count(1, nowNanos);
        long asked = state >>> BITS & MOST;
        long failed = state & MOST;
        return asked >= config.minRequests() && failed * 100 >= asked * config.ratioPercent() ? "failure_ratio" : null;
    }

    private long count(int failed, long nowNanos) {
        long number = nowNanos / config.window().toNanos() << 2 * BITS;
        while (true) {
            long was = window.get();
            long start = was >>> 2 * BITS << 2 * BITS == number ? was : number;
            long asked = start >>> BITS & MOST;
            long next = asked == MOST ? start : start + (1L << BITS) + failed;
            if (window.compareAndSet(was, next)) {
                return next;
            }
        }
    }
}

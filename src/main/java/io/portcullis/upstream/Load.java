package io.portcullis.upstream;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one endpoint has to do, and how long it takes: exchanges that run, and a moving mean of the time to its response's head.
 *
 * <p>The mean jumps to a time that is longer than it (an endpoint that hangs shows at once) and comes down within {@link #TAU_NANOS}
 * (peak EWMA, as Finagle describes it); also while nobody asks, so that an endpoint that was slow is tried again. Safe for any thread:
 * atomics.
 */
final class Load {
    private static final double TAU_NANOS = 10e9;

    /** What an endpoint costs that has something to do and has not answered yet. */
    private static final double UNKNOWN_NANOS = 1e9;

    private static final long MILLI = 1_000_000;

    private final AtomicInteger running = new AtomicInteger();

    /** The mean as a float in the upper half, when it was made, in milliseconds, in the lower. */
    private final AtomicLong mean = new AtomicLong();

    void began() {
        running.incrementAndGet();
    }

    void ended() {
        running.decrementAndGet();
    }

    int running() {
        return running.get();
    }

    /** A response's head came, {@code tookNanos} after it was asked for. */
    void answered(long tookNanos, long nowNanos) {
        long was = mean.get();
        while (!mean.compareAndSet(was, packed(next(was, tookNanos, nowNanos), nowNanos))) {
            was = mean.get();
        }
    }

    /** No head came: it counts as a slow one, or the endpoint that refuses fastest would be asked most. */
    void failed(long tookNanos, long nowNanos) {
        answered(Math.max(tookNanos, (long) UNKNOWN_NANOS), nowNanos);
    }

    /** No head came for so long, and nobody waits any more: it counts where it is longer than what is usual. */
    void outrun(long waitedNanos, long nowNanos) {
        if (waitedNanos > decayed(mean.get(), nowNanos)) {
            answered(waitedNanos, nowNanos);
        }
    }

    /** Nanoseconds that another exchange is likely to take here, for what runs already. */
    double cost(long nowNanos) {
        int others = running.get();
        double value = decayed(mean.get(), nowNanos);
        if (value == 0) {
            return others == 0 ? 0 : UNKNOWN_NANOS * others;
        }
        return value * (others + 1);
    }

    /** The mean in nanoseconds, as it was when the last head came; 0 before the first. */
    double meanNanos() {
        return Float.intBitsToFloat((int) (mean.get() >>> 32));
    }

    private static float next(long was, long tookNanos, long nowNanos) {
        double old = Float.intBitsToFloat((int) (was >>> 32));
        if (tookNanos >= old) {
            return tookNanos;
        }
        double keep = keep(was, nowNanos);
        return (float) (old * keep + tookNanos * (1 - keep));
    }

    private static double decayed(long state, long nowNanos) {
        double value = Float.intBitsToFloat((int) (state >>> 32));
        return value == 0 ? 0 : value * keep(state, nowNanos);
    }

    private static double keep(long state, long nowNanos) {
        int ageMillis = Math.max(0, (int) (nowNanos / MILLI) - (int) state);
        return Math.exp(-ageMillis * (double) MILLI / TAU_NANOS);
    }

    private static long packed(float value, long nowNanos) {
        return (long) Float.floatToIntBits(value) << 32 | (nowNanos / MILLI) & 0xffff_ffffL;
    }
}

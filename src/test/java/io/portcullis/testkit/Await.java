package io.portcullis.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waiting on conditions: the one place in the tests that lets time pass. */
public final class Await {
    /** How long a condition may take where a test does not say: far beyond what is needed, short of what a run can bear. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final long POLL_NANOS = Duration.ofMillis(1).toNanos();

    private Await() {}

    /** Returns as soon as {@code condition} holds; fails after {@link #LIMIT} naming {@code what}. */
    public static void until(BooleanSupplier condition, String what) {
        until(condition, () -> what, LIMIT);
    }

    /** Returns as soon as {@code condition} holds; fails after {@code limit} with what {@code what} says then. */
    public static void until(BooleanSupplier condition, Supplier<String> what, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new AssertionError("not within " + limit + ": " + what.get());
            }
            park();
        }
    }

    /** Returns the first value that is not null; fails after {@link #LIMIT} naming {@code what}. */
    public static <T> T value(Supplier<@Nullable T> source, String what) {
        long deadlineNanos = System.nanoTime() + LIMIT.toNanos();
        for (T value = source.get(); ; value = source.get()) {
            if (value != null) {
                return value;
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new AssertionError("not within " + LIMIT + ": " + what);
            }
            park();
        }
    }

    /** Fails if {@code claim} stops holding within {@code time}: for "and nothing more happens". Keep {@code time} short. */
    public static void throughout(Duration time, BooleanSupplier claim, String what) {
        long deadlineNanos = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - deadlineNanos < 0) {
            if (!claim.getAsBoolean()) {
                throw new AssertionError("did not last " + time + ": " + what);
            }
            park();
        }
    }

    private static void park() {
        LockSupport.parkNanos(POLL_NANOS);
        if (Thread.interrupted()) {
            throw new IllegalStateException("await: interrupted (expected: left alone to wait)");
        }
    }
}

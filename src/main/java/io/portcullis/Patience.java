package io.portcullis;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition that nobody announces. */
final class Patience {
    private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

    private Patience() {}

    /** Whether {@code condition} came true within {@code limit}. Blocks. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > limit.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }
}

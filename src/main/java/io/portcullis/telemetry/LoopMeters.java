package io.portcullis.telemetry;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What one event loop shows of its load. Safe for any thread. */
public final class LoopMeters {
    private final Timer delay;
    private final AtomicInteger pending = new AtomicInteger();

    LoopMeters(MeterGroup group) {
        delay = group.timer(MeterName.LOOP_DELAY);
        group.gauge(MeterName.LOOP_PENDING_TASKS, pending::get);
    }

    /**
     * A periodic look at the loop.
     *
     * @param delayNanos how much later than planned the look came; below 0 counts as 0
     * @param pendingTasks tasks queued on the loop
     */
    public void looked(long delayNanos, int pendingTasks) {
        delay.record(Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        pending.set(pendingTasks);
    }
}

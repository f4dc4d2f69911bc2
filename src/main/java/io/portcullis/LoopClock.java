package io.portcullis;

import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.portcullis.net.Loop;
import io.portcullis.net.Loops;
import io.portcullis.telemetry.LoopMeters;
import io.portcullis.telemetry.Meters;
import java.util.concurrent.TimeUnit;

/** Measures, once a second on each event loop, how late it runs what is due. */
final class LoopClock implements Runnable {
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final LoopMeters meters;
    private long dueNanos;

    private LoopClock(Loop loop, LoopMeters meters) {
        this.loop = loop;
        this.meters = meters;
        this.dueNanos = System.nanoTime() + PERIOD_NANOS;
    }

    static void start(Loops loops, Meters meters) {
        for (Loop loop : loops.all()) {
            LoopClock clock = new LoopClock(loop, meters.loop(loop.index()));
            loop.executor().scheduleWithFixedDelay(clock, PERIOD_NANOS, PERIOD_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void run() {
        long now = System.nanoTime();
        int pending = loop.executor() instanceof SingleThreadEventExecutor executor ? executor.pendingTasks() : 0;
        meters.looked(Math.max(now - dueNanos, 0), pending);
        dueNanos = now + PERIOD_NANOS;
    }
}

package io.portcullis.net;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;

/**
 * {@link System#nanoTime} for what runs on event loops, read once for a few uses.
 *
 * <p>An exchange asks for the time some fifteen times (deadlines, durations, ages), and reading the clock costs about as much as finding
 * a field of a head. Within the handling of one batch of events the time is read anew for every {@value #USES}th question only, which is
 * two or three exchanges later: it is late by what these took, some ten microseconds. Everywhere else (tasks of a loop, other threads,
 * transports other than epoll) this is the clock itself.
 */
public final class LoopClock {
    static final int USES = 16;

    private boolean inBatch;
    private int left;
    private long nanos;

    /** Nanoseconds from an arbitrary origin, the one of {@link System#nanoTime}; never less than before on the same thread. */
    public static long nanos() {
        return Thread.currentThread() instanceof LoopThread loop ? loop.clock.now() : System.nanoTime();
    }

    /** The clock of the loop whose thread asks; one that nobody else uses on any other thread. */
    static LoopClock ofThread() {
        return Thread.currentThread() instanceof LoopThread loop ? loop.clock : new LoopClock();
    }

    /** From now on the time is kept for some uses. */
    void batchBegins() {
        inBatch = true;
        left = 0;
    }

    void batchEnds() {
        inBatch = false;
    }

    private long now() {
        if (!inBatch) {
            return System.nanoTime();
        }
        if (left == 0) {
            left = USES;
            nanos = System.nanoTime();
        }
        left--;
        return nanos;
    }

    /** Threads that carry a clock of their own: finding it is a check of the thread's class. */
    static final class Threads extends DefaultThreadFactory {
        Threads(String name) {
            super(name);
        }

        @Override
        protected Thread newThread(Runnable work, String name) {
            return new LoopThread(threadGroup, work, name);
        }
    }

    private static final class LoopThread extends FastThreadLocalThread {
        private final LoopClock clock = new LoopClock();

        LoopThread(ThreadGroup group, Runnable work, String name) {
            super(group, work, name);
        }
    }
}

package io.portcullis.net;

/**
 * {@link System#nanoTime} for what runs on event loops, read once for a few uses.
 *
 * <p>An exchange asks for the time some fifteen times (deadlines, durations, ages), and reading the clock costs about as much as finding
 * a field of a head. Within a {@link LoopTurn} the time is read anew for every {@value #USES}th question only, which is two or three
 * exchanges later: it is late by what these took, some ten microseconds. Everywhere else (tasks of a loop, other threads, transports
 * other than epoll) this is the clock itself.
 */
public final class LoopClock {
    static final int USES = 16;

    private boolean inTurn;
    private int left;
    private long nanos;

    LoopClock() {}

    /** Nanoseconds from an arbitrary origin, the one of {@link System#nanoTime}; never less than before on the same thread. */
    public static long nanos() {
        return Thread.currentThread() instanceof LoopThread loop ? loop.clock().now() : System.nanoTime();
    }

    /** From now on the time is kept for some uses. */
    void turnBegins() {
        inTurn = true;
        left = 0;
    }

    void turnEnds() {
        inTurn = false;
    }

    /** The time, perhaps as it was a few uses ago. */
    long now() {
        if (!inTurn) {
            return System.nanoTime();
        }
        if (left == 0) {
            readAnew();
        }
        left--;
        return nanos;
    }

    /** The time as it is. */
    long readAnew() {
        left = USES;
        nanos = System.nanoTime();
        return nanos;
    }
}

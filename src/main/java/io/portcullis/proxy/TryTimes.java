package io.portcullis.proxy;

import io.portcullis.net.LoopClock;

/** When what happened to one try, in nanoseconds of {@link LoopClock}. */
@io.portcullis.net.OnLoop
final class TryTimes {
    private final long beganNanos = LoopClock.nanos();
    private long sentNanos;
    private long headNanos;

    void sent() {
        sentNanos = LoopClock.nanos();
    }

    void head() {
        headNanos = LoopClock.nanos();
    }

    long beganNanos() {
        return beganNanos;
    }

    /** When the head was sent; 0 where it was not. */
    long sentNanos() {
        return sentNanos;
    }

    /** When the response's head came; 0 where none did. */
    long headNanos() {
        return headNanos;
    }

    /** Nanoseconds from the beginning to the head's being sent. */
    long untilSentNanos() {
        return sentNanos - beganNanos;
    }

    /** Nanoseconds from sending the head to the response's head; negative where none came. */
    long firstByteNanos() {
        return headNanos == 0 ? -1 : headNanos - sentNanos;
    }
}

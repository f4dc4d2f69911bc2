package io.portcullis.proxy;

import io.portcullis.net.LoopClock;

/** When what happened to one try, in nanoseconds of {@link LoopClock}. */
@io.portcullis.net.OnLoop
final class TryTimes {
    private final long beganNanos = LoopClock.nanos();
    private long sentNanos;
    private long askedNanos;
    private long headNanos;

    void sent() {
        sentNanos = LoopClock.nanos();
        askedNanos = sentNanos;
    }

    /** The request's last byte was handed over. What comes after an answer does not make that a quick one. */
    void asked() {
        if (headNanos == 0) {
            askedNanos = LoopClock.nanos();
        }
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

    /** Nanoseconds from the request's last byte (its head, where the answer came sooner) to the response's head; negative where none came. */
    long firstByteNanos() {
        return headNanos == 0 ? -1 : headNanos - askedNanos;
    }
}

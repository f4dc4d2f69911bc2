package io.portcullis.upstream;

import io.portcullis.config.DialConfig;
import io.portcullis.net.LoopClock;
import java.util.concurrent.ThreadLocalRandom;

/** How long one connection may still serve: by its age, and by the exchanges that it carried. */
@io.portcullis.net.OnLoop
final class Wear {
    private final long endNanos;
    private final boolean ages;
    private int left;

    /** Up to a tenth is taken off the age by chance, so that what was made together does not go together. */
    Wear(DialConfig config) {
        long most = config.maxAge().toNanos();
        ages = most > 0;
        endNanos = ages ? LoopClock.nanos() + most - ThreadLocalRandom.current().nextLong(Math.max(1, most / 10)) : 0;
        left = config.maxUses() == 0 ? Integer.MAX_VALUE : config.maxUses();
    }

    /** An exchange begins on it. */
    void used() {
        if (left != Integer.MAX_VALUE) {
            left--;
        }
    }

    /** Whether no further exchange may begin. */
    boolean isOver() {
        return left <= 0 || leftNanos() <= 0;
    }

    /** Until it is too old. */
    long leftNanos() {
        return ages ? Math.max(0, endNanos - LoopClock.nanos()) : Long.MAX_VALUE;
    }
}

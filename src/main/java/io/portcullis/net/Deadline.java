package io.portcullis.net;

import java.time.Duration;

/** One connection's next deadline, watched by the {@link Deadlines} of its loop. */
@OnLoop
public final class Deadline {
    static final long NONE = Long.MAX_VALUE;

    private final Runnable reached;
    int slot = -1;
    long atNanos = NONE;

    /** @param reached runs once when the deadline has passed, which clears it first */
    public Deadline(Runnable reached) {
        this.reached = reached;
    }

    /** Due {@code nanos} from now; replaces what was set. */
    public void in(long nanos) {
        long at = LoopClock.nanos() + nanos;
        atNanos = at == NONE ? NONE - 1 : at;
    }

    public void in(Duration time) {
        in(time.toNanos());
    }

    public void clear() {
        atNanos = NONE;
    }

    public boolean isSet() {
        return atNanos != NONE;
    }

    void look(long nowNanos) {
        if (atNanos != NONE && nowNanos - atNanos >= 0) {
            atNanos = NONE;
            reached.run();
        }
    }
}

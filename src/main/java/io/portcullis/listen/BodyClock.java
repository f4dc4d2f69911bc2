package io.portcullis.listen;

import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.LoopClock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How long a client may be silent, how slow, and how much it may send: while its body is expected, or in a tunnel (rule L02). */
@io.portcullis.net.OnLoop
final class BodyClock {
    private final Deadline deadline;
    private final Stack stack;
    private boolean tunnel;
    private long sentAtLook;
    private long windowBegan;
    private long windowBytes;
    private long bytes;

    BodyClock(Deadline deadline, Stack stack) {
        this.deadline = deadline;
        this.stack = stack;
    }

    /** From here on silence counts only where neither side sends. */
    void tunnel() {
        tunnel = true;
    }

    /** Bytes came. Says why they are too many, where they are: a body has a limit, a tunnel has none. */
    @Nullable
    Failure received(int count) {
        windowBytes += count;
        bytes += count;
        long most = stack.limits().requestBody();
        return tunnel || bytes <= most
                ? null
                : Failure.of(FailureKind.REQUEST_BODY_TOO_LARGE, "more than limits.request-body " + most + " bytes");
    }

    /** Nobody waits for the client, so its pace does not count; a tunnel in which nothing moves is silent all the same. */
    void stop() {
        windowBegan = 0;
        if (!tunnel) {
            deadline.clear();
        }
    }

    /** The client's turn: it came with bytes, or may come with them now. Says why it is too slow, where it is. */
    @Nullable
    Failure wind() {
        Duration limit = limit();
        deadline.in(limit);
        long least = stack.limits().minRate();
        if (tunnel || least == 0) {
            return null;
        }
        long now = LoopClock.nanos();
        if (windowBegan != 0 && now - windowBegan < limit.toNanos()) {
            return null;
        }
        boolean slow = windowBegan != 0 && windowBytes < least * limit.toMillis() / 1000;
        long came = windowBytes;
        windowBegan = now;
        windowBytes = 0;
        return slow
                ? Failure.of(
                        FailureKind.REQUEST_TOO_SLOW,
                        came + " bytes of the body in " + limit.toMillis() + " ms (limits.min-rate " + least + ")")
                : null;
    }

    /**
     * The time is over.
     *
     * @param sent bytes that went to the client so far
     * @return whether nothing moved; else the clock runs again
     */
    boolean isSilent(long sent) {
        if (tunnel && sent != sentAtLook) {
            sentAtLook = sent;
            deadline.in(limit());
            return false;
        }
        return true;
    }

    Failure failure() {
        long millis = limit().toMillis();
        return tunnel
                ? Failure.of(FailureKind.TUNNEL_TIMEOUT, "neither side sent anything for " + millis + " ms")
                : Failure.of(FailureKind.REQUEST_BODY_TIMEOUT, "nothing more of the body came for " + millis + " ms");
    }

    private Duration limit() {
        return tunnel ? stack.timeouts().tunnelIdle() : stack.timeouts().requestBodyIdle();
    }
}

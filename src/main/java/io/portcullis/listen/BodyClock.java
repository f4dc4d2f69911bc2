package io.portcullis.listen;

import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.time.Duration;

/** How long a client may be silent within its exchange: while its body is expected, or in a tunnel. */
@io.portcullis.net.OnLoop
final class BodyClock {
    private final Http1Front front;
    private boolean tunnel;
    private long sentAtLook;

    BodyClock(Http1Front front) {
        this.front = front;
    }

    /** From here on silence counts only where neither side sends. */
    void tunnel() {
        tunnel = true;
    }

    /** Bytes of the client came, or are asked for now. */
    void wind() {
        front.deadline().in(limit());
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
            wind();
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
        return tunnel
                ? front.stack().timeouts().tunnelIdle()
                : front.stack().timeouts().requestBodyIdle();
    }
}

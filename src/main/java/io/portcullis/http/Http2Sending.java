package io.portcullis.http;

import java.util.ArrayDeque;
import java.util.function.IntConsumer;

/**
 * Who may send next on an HTTP/2 connection: every stream that has something gets one frame, in turn, as far as the peer's windows
 * and the socket allow (RFC 9113 §6.9). Priorities are not asked for; RFC 9113 §5.3 leaves that to us.
 */
@io.portcullis.net.OnLoop
final class Http2Sending {
    private static final int FIRST_WINDOW = 65535;

    private final Http2Output output;
    private final IntConsumer sent;
    private final ArrayDeque<Http2Stream> ready = new ArrayDeque<>();

    /** Those that wait for the connection's window alone. */
    private final ArrayDeque<Http2Stream> starved = new ArrayDeque<>();

    private int window = FIRST_WINDOW;
    private boolean draining;

    /** @param sent hears of the bytes of data in each frame that was written */
    Http2Sending(Http2Output output, IntConsumer sent) {
        this.output = output;
        this.sent = sent;
    }

    /** {@code stream} has something to send, or may send again. */
    void offer(Http2Stream stream) {
        if (!stream.queued) {
            stream.queued = true;
            ready.add(stream);
        }
        drain();
        if (stream.isWaiting()) {
            stream.blocked(true);
        }
    }

    /** Adds to the connection's window; says whether it is still a number. */
    boolean widen(int increment) {
        if (window > Integer.MAX_VALUE - increment) {
            return false;
        }
        window += increment;
        ready.addAll(starved);
        starved.clear();
        drain();
        return true;
    }

    /** Writes what may be written. */
    void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!ready.isEmpty() && output.hasRoom()) {
                one(ready.remove());
            }
        } finally {
            draining = false;
        }
    }

    private void one(Http2Stream stream) {
        if (stream.canSend(window)) {
            int size = stream.sendOne(window);
            window -= size;
            sent.accept(size);
        }
        if (stream.canSend(window)) {
            ready.add(stream);
        } else if (stream.canSend(1)) {
            stream.blocked(true);
            starved.add(stream);
        } else {
            stream.queued = false;
            stream.blocked(stream.isWaiting());
        }
    }
}

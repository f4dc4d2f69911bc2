package io.portcullis.http;

import java.util.ArrayDeque;

/**
 * Who may send next on an HTTP/2 connection: every stream that has something gets one frame, in turn, as far as the peer's windows
 * and the socket allow (RFC 9113 §6.9). Priorities are not asked for; RFC 9113 §5.3 leaves that to us.
 */
@io.portcullis.net.OnLoop
final class Http2Sending {
    private static final int FIRST_WINDOW = 65535;

    private final Http2Output output;
    private final ArrayDeque<Http2Outflow> ready = new ArrayDeque<>();

    /** Those that wait for the connection's window alone. */
    private final ArrayDeque<Http2Outflow> starved = new ArrayDeque<>();

    private int window = FIRST_WINDOW;
    private boolean draining;

    Http2Sending(Http2Output output) {
        this.output = output;
    }

    /** {@code stream} has something to send, or may send again. */
    void offer(Http2Outflow stream) {
        if (!stream.queued) {
            stream.queued = true;
            ready.add(stream);
        }
        drain();
        if (stream.isWaiting()) {
            stream.blocked(true);
        }
    }

    /** {@code stream} is over: whoever waits for a window that never comes must not be held for it. */
    void forget(Http2Outflow stream) {
        stream.queued = false;
        if (!ready.remove(stream)) {
            starved.remove(stream);
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

    private void one(Http2Outflow stream) {
        stream.queued = false;
        if (stream.canSend(window)) {
            window -= stream.sendOne(window);
        }
        if (stream.queued) {
            return;
        }
        if (stream.canSend(window)) {
            stream.queued = true;
            ready.add(stream);
        } else if (stream.canSend(1)) {
            stream.queued = true;
            starved.add(stream);
            stream.blocked(true);
        } else {
            stream.blocked(stream.isWaiting());
        }
    }
}

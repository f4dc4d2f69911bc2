package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Who may send next on an HTTP/2 connection: every stream that has something gets one frame, in turn, as far as the peer's windows
 * and the socket allow (RFC 9113 §6.9). Priorities are not asked for; RFC 9113 §5.3 leaves that to us.
 */
@io.portcullis.net.OnLoop
final class Http2Sending {
    private static final int FIRST_WINDOW = 65535;

    private final Http2Session session;
    private final ArrayDeque<Http2Stream> ready = new ArrayDeque<>();

    /** Those that wait for the connection's window alone. */
    private final ArrayDeque<Http2Stream> starved = new ArrayDeque<>();

    private int window = FIRST_WINDOW;
    private boolean draining;

    Http2Sending(Http2Session session) {
        this.session = session;
    }

    /** {@code stream} has something to send, or may send again. */
    void offer(Http2Stream stream) {
        if (!stream.queued) {
            stream.queued = true;
            ready.add(stream);
        }
        drain();
        if (stream.out().isWaiting()) {
            stream.blocked(true);
        }
    }

    /** {@code stream} is over: whoever waits for a window that never comes must not be held for it. */
    void forget(Http2Stream stream) {
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

    /** Adds to the window of one stream; says whether it is still a number. */
    boolean widen(Http2Stream stream, int increment) {
        Http2Outbound out = stream.out();
        boolean could = out.canSend(Integer.MAX_VALUE);
        if (!out.widen(increment)) {
            return false;
        }
        if (!stream.isOver() && !could && out.canSend(Integer.MAX_VALUE)) {
            offer(stream);
        }
        return true;
    }

    /** Writes what may be written. */
    void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (!ready.isEmpty() && session.output().hasRoom()) {
                one(ready.remove());
            }
        } finally {
            draining = false;
        }
    }

    private void one(Http2Stream stream) {
        stream.queued = false;
        if (stream.out().canSend(window)) {
            window -= frame(stream);
        }
        if (stream.queued) {
            return;
        }
        if (stream.out().canSend(window)) {
            stream.queued = true;
            ready.add(stream);
        } else if (stream.out().canSend(1)) {
            stream.queued = true;
            starved.add(stream);
            stream.blocked(true);
        } else {
            stream.blocked(stream.out().isWaiting());
        }
    }

    /** Writes one frame of {@code stream}; says how many bytes of the connection's window it took. */
    private int frame(Http2Stream stream) {
        Http2Outbound out = stream.out();
        int size = 0;
        boolean last = false;
        if (!out.isEmpty()) {
            ByteBuf chunk = out.next(out.allowed(window));
            size = chunk.readableBytes();
            last = out.isEnding() && out.isEmpty() && trailers(stream) == null;
            session.output().data(stream.id(), chunk, last);
            session.useful(size);
        }
        if (last) {
            stream.endLocal();
        } else if (out.isEnding() && out.isEmpty()) {
            end(stream);
        } else {
            out.drained();
        }
        return size;
    }

    /** Ends our half by a frame of its own: trailers, or no data. */
    private void end(Http2Stream stream) {
        Fields trailers = trailers(stream);
        if (trailers == null) {
            session.output().data(stream.id(), Unpooled.EMPTY_BUFFER, true);
        } else {
            session.output().headers(stream.id(), session.heads().trailers(trailers), true);
        }
        stream.endLocal();
    }

    private static @Nullable Fields trailers(Http2Stream stream) {
        Fields trailers = stream.owner().trailers();
        return trailers == null || trailers.isEmpty() ? null : trailers;
    }
}

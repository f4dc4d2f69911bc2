package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What waits to be sent on one stream, and how much of it the peer takes (RFC 9113 §5.2). */
@io.portcullis.net.OnLoop
final class Http2Outbound {
    /** Bytes that may wait before the writer is asked to stop. */
    private static final int HIGH = 64 * 1024;

    private static final int LOW = 16 * 1024;

    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(4);
    private @Nullable Runnable whenDrained;
    private int bytes;
    private int window;
    private long sent;
    private boolean blocked;

    Http2Outbound(int window) {
        this.window = window;
    }

    /** Takes ownership of {@code chunk}. */
    void add(ByteBuf chunk) {
        waiting.add(chunk);
        bytes += chunk.readableBytes();
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    boolean isFull() {
        return bytes >= HIGH;
    }

    /** Bytes that were sent so far. */
    long sent() {
        return sent;
    }

    /** Bytes that may be sent now, where the connection's window lets as many pass. */
    int allowed(int connection) {
        return Math.min(Math.min(connection, window), bytes);
    }

    /** Adds to the window; says whether it is still a number (RFC 9113 §6.9.1). */
    boolean widen(int increment) {
        if (increment > 0 && window > Integer.MAX_VALUE - increment) {
            return false;
        }
        window += increment;
        return true;
    }

    /** The next frame's data, {@code most} bytes at most; the caller owns it. */
    ByteBuf next(int most) {
        int size = Math.min(most, Http2FrameReader.MAX_FRAME_SIZE);
        ByteBuf chunk = waiting.element();
        if (chunk.readableBytes() > size) {
            chunk = chunk.readRetainedSlice(size);
        } else {
            waiting.remove();
        }
        size = chunk.readableBytes();
        bytes -= size;
        window -= size;
        sent += size;
        return chunk;
    }

    void onDrained(Runnable then) {
        whenDrained = then;
    }

    /** Calls the writer back, where there is room again. */
    void drained() {
        Runnable then = whenDrained;
        if (then != null && bytes <= LOW) {
            whenDrained = null;
            then.run();
        }
    }

    /** Tells {@code owner}, where it is news, that data waits for the peer, or no more. */
    void blocked(boolean on, @Nullable Http2StreamOwner owner) {
        if (blocked != on && owner != null) {
            blocked = on;
            owner.blocked(on);
        }
    }

    /** Nobody is to be called back. */
    void forget() {
        whenDrained = null;
    }

    /** Frees what waits. */
    void close() {
        whenDrained = null;
        for (ByteBuf chunk = waiting.poll(); chunk != null; chunk = waiting.poll()) {
            chunk.release();
        }
        bytes = 0;
    }
}

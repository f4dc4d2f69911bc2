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
    private boolean ending;
    private boolean ended;

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

    /** Nothing follows what waits. */
    void ends() {
        ending = true;
    }

    boolean isEnding() {
        return ending;
    }

    /** The last frame was written, or none will be. */
    void ended() {
        ending = true;
        ended = true;
        whenDrained = null;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Whether there is anything that the windows, {@code connection} bytes among them, let it send. */
    boolean canSend(int connection) {
        return bytes == 0 ? ending && !ended : allowed(connection) > 0;
    }

    /** Whether something waits to be sent. */
    boolean isWaiting() {
        return bytes > 0 || ending && !ended;
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

    /** Frees what waits; nothing more is sent. */
    void close() {
        ended();
        for (ByteBuf chunk = waiting.poll(); chunk != null; chunk = waiting.poll()) {
            chunk.release();
        }
        bytes = 0;
    }
}

package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The sending half of an {@link Http2Stream}: what waits to be sent, and how much of it the peer takes now. */
@io.portcullis.net.OnLoop
final class Http2Outflow {
    /** Bytes that may wait before the writer is asked to stop. */
    private static final int HIGH = 64 * 1024;

    private static final int LOW = 16 * 1024;

    private final Http2Session session;
    private final Http2Stream stream;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(4);
    private @Nullable Runnable whenDrained;
    private int waitingBytes;
    private int window;
    private long sentBytes;
    private boolean ending;
    private boolean localEnded;
    private boolean blocked;

    /** Whether it stands in the queue of those that have something to send. */
    boolean queued;

    Http2Outflow(Http2Session session, Http2Stream stream, int window) {
        this.session = session;
        this.stream = stream;
        this.window = window;
    }

    long sentBytes() {
        return sentBytes;
    }

    /** Whether our END_STREAM was written. */
    boolean hasEnded() {
        return localEnded;
    }

    /** Takes ownership of {@code chunk}. */
    void write(ByteBuf chunk) {
        if (stream.isOver() || ending || !chunk.isReadable()) {
            chunk.release();
            return;
        }
        waiting.add(chunk);
        waitingBytes += chunk.readableBytes();
    }

    void flush() {
        if (!stream.isOver() && !waiting.isEmpty()) {
            session.sending().offer(this);
        }
    }

    void end() {
        if (!stream.isOver() && !ending) {
            ending = true;
            session.sending().offer(this);
        }
    }

    boolean isFull() {
        return !stream.isOver() && waitingBytes >= HIGH;
    }

    void onDrained(Runnable then) {
        whenDrained = then;
    }

    /** Nobody wants what we would still send. */
    void drop() {
        ending = true;
        localEnded = true;
        close();
    }

    /** The stream is over. */
    void close() {
        whenDrained = null;
        for (ByteBuf chunk = waiting.poll(); chunk != null; chunk = waiting.poll()) {
            chunk.release();
        }
        waitingBytes = 0;
        blocked(false);
        if (queued) {
            session.sending().forget(this);
        }
    }

    /** Adds to what may be sent; says whether that is still a number (RFC 9113 §6.9.1). */
    boolean widen(int increment) {
        if (increment > 0 && window > Integer.MAX_VALUE - increment) {
            return false;
        }
        boolean was = window > 0;
        window += increment;
        if (!was && window > 0 && (ending || !waiting.isEmpty())) {
            session.sending().offer(this);
        }
        return true;
    }

    /** Whether there is anything that the windows, {@code connection} among them, let it send. */
    boolean canSend(int connection) {
        return !stream.isOver() && (waitingBytes == 0 ? ending && !localEnded : Math.min(connection, window) > 0);
    }

    /** Writes one frame; says how many bytes of the connection's window it took. */
    int sendOne(int connection) {
        int size = 0;
        if (waitingBytes > 0) {
            size = Math.min(Math.min(connection, window), Http2FrameReader.MAX_FRAME_SIZE);
            ByteBuf chunk = waiting.element();
            if (chunk.readableBytes() > size) {
                chunk = chunk.readRetainedSlice(size);
            } else {
                waiting.remove();
            }
            size = chunk.readableBytes();
            waitingBytes -= size;
            window -= size;
            sentBytes += size;
            boolean last = ending && waitingBytes == 0 && trailersToSend() == null;
            session.output().data(stream.id(), chunk, last);
            session.useful(size);
            if (last) {
                endLocal();
                return size;
            }
        }
        if (ending && waitingBytes == 0) {
            endBare();
        } else {
            drained();
        }
        return size;
    }

    /** Tells the owner where data begins, or ceases, to wait for the peer. */
    void blocked(boolean on) {
        Http2Stream.Owner owner = stream.ownerOrNull();
        if (blocked != on && owner != null) {
            blocked = on;
            owner.blocked(on);
        }
    }

    /** Whether something waits to be sent. */
    boolean isWaiting() {
        return !stream.isOver() && (waitingBytes > 0 || ending && !localEnded);
    }

    private @Nullable Fields trailersToSend() {
        Fields trailers = stream.owner().trailers();
        return trailers == null || trailers.isEmpty() ? null : trailers;
    }

    /** Ends our half by a frame of its own: trailers, or no data. */
    private void endBare() {
        Fields trailers = trailersToSend();
        if (trailers == null) {
            session.output().data(stream.id(), Unpooled.EMPTY_BUFFER, true);
        } else {
            session.output().headers(stream.id(), session.heads().trailers(trailers), true);
        }
        endLocal();
    }

    /** Our half ends with what was just written. */
    void endLocal() {
        localEnded = true;
        ending = true;
        whenDrained = null;
        blocked(false);
        stream.endedLocal();
    }

    private void drained() {
        Runnable then = whenDrained;
        if (then != null && waitingBytes <= LOW) {
            whenDrained = null;
            then.run();
        }
    }
}

package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteWriter;
import io.portcullis.net.Failure;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an {@link Http2Session}: two windows, what waits to be sent, and who hears of what comes (RFC 9113 §5).
 *
 * <pre>
 *                 we may send                  the peer may send
 * open            until end or reset           until its END_STREAM
 * ended           nothing                      until its END_STREAM
 * over            nothing                      nothing: what still comes is freed, and its window given back
 * </pre>
 */
@io.portcullis.net.OnLoop
public final class Http2Stream implements ByteSink {
    /** What the stream carries: one exchange, or one call. */
    public interface Owner {
        /** A response's head, interim or final; to those who opened the stream only. */
        void head(Http2Block block, boolean last);

        /** Some of the body; takes ownership. */
        void content(ByteBuf chunk);

        /** The peer has ended its half. */
        void ended(@Nullable Fields trailers);

        /** The read that brought the last of it is over. */
        void settled();

        /**
         * The stream was reset, or its connection has gone; nothing more is heard.
         *
         * @param byPeer whether the peer said so; else it broke a rule, and we did
         * @param processed whether the peer may have acted on the stream (RFC 9113 §8.7)
         */
        void reset(Http2Code code, boolean byPeer, boolean processed, String detail);

        /** Our half ended, and its last byte was taken by the socket; or was not, for the connection broke. */
        void sent(boolean reached);

        /** The fields that follow what we send; asked for at its end. */
        @Nullable
        Fields trailers();

        /** What waited to be sent is waiting still, or no more. */
        void blocked(boolean on);
    }

    /** Bytes that may wait before the writer is asked to stop. */
    private static final int HIGH = 64 * 1024;

    private static final int LOW = 16 * 1024;

    private final Http2Session session;
    private final int id;
    private final Http2Intake intake;
    private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(4);
    private @Nullable Owner owner;
    private @Nullable Runnable whenDrained;
    private int waitingBytes;
    private int sendWindow;
    private long sentBytes;
    private boolean heard;
    private boolean ending;
    private boolean localEnded;
    private boolean remoteEnded;
    private boolean over;
    private boolean blocked;

    /** Whether it stands in the queue of those that have something to send. */
    boolean queued;

    /** Whether it got something in the read that runs. */
    boolean touched;

    Http2Stream(Http2Session session, int id, int sendWindow, int receiveWindow) {
        this.session = session;
        this.id = id;
        this.sendWindow = sendWindow;
        this.intake = new Http2Intake(session, this, receiveWindow);
    }

    public int id() {
        return id;
    }

    /** Sets who hears of what comes; at once after the stream is there. */
    public void owner(Owner who) {
        owner = who;
    }

    /** Says how many bytes the body must have (RFC 9113 §8.1.1); negative where that is not known. */
    public void expect(long bytes) {
        intake.expect(bytes);
    }

    /** Bytes of our half that were written as DATA so far. */
    public long sentBytes() {
        return sentBytes;
    }

    public boolean isOver() {
        return over;
    }

    /** Whether nothing can be sent any more: our half, or all of it, has ended. */
    public boolean isSent() {
        return over || localEnded;
    }

    /** Whether the peer has ended its half. */
    public boolean isReceived() {
        return remoteEnded;
    }

    /**
     * Writes a block of fields: a head, where {@code last} one without a body. A block that was encoded must be sent, for the peer's
     * table would differ from ours without it: ask {@link #isSent} before it is encoded.
     */
    public void head(ByteWriter block, boolean last) {
        if (isSent()) {
            throw new IllegalStateException("stream " + id + ": a head after its end");
        }
        session.output().headers(id, block, last);
        if (last) {
            endLocal();
        }
    }

    /** Reads on or stops reading: what the peer may send stays within its window. */
    public void reading(boolean on) {
        intake.reading(on);
    }

    /** Nobody wants what the peer still sends. */
    public void discard() {
        intake.discard();
    }

    /** Ends the stream at once, both ways. */
    public void reset(Http2Code code) {
        if (!over) {
            session.sendReset(this, code);
            close();
        }
    }

    /** Ends the stream at once, for what the peer did; says so also where both halves have ended already. */
    public void strike(Http2Code code) {
        session.struck();
        if (over) {
            session.output().reset(id, code);
        } else {
            reset(code);
        }
    }

    @Override
    public void write(ByteBuf chunk) {
        if (over || ending || !chunk.isReadable()) {
            chunk.release();
            return;
        }
        waiting.add(chunk);
        waitingBytes += chunk.readableBytes();
    }

    @Override
    public void flush() {
        if (!over && !waiting.isEmpty()) {
            session.sending().offer(this);
        }
    }

    @Override
    public void end() {
        if (!over && !ending) {
            ending = true;
            session.sending().offer(this);
        }
    }

    /** The body broke off: the peer must not take it for whole. */
    @Override
    public void abort(Failure why) {
        reset(Http2Heads.code(why));
    }

    @Override
    public boolean isFull() {
        return !over && waitingBytes >= HIGH;
    }

    @Override
    public void onDrained(Runnable then) {
        whenDrained = then;
    }

    // ---- what the session calls ----

    Owner owner() {
        if (owner == null) {
            throw new IllegalStateException("stream " + id + ": nobody owns it");
        }
        return owner;
    }

    Http2Intake intake() {
        return intake;
    }

    /** The peer ends its half. Says whether the body is as long as it must be. */
    boolean endRemote(@Nullable Fields trailers) {
        remoteEnded = true;
        intake.giveBack();
        if (!intake.isWhole()) {
            return false;
        }
        if (over) {
            return true;
        }
        touch();
        intake.end(trailers);
        taken();
        return true;
    }

    /** Closes where both halves have ended, and everything that came was taken. */
    void taken() {
        if (localEnded && remoteEnded && !intake.isHolding()) {
            close();
        }
    }

    /** The peer's head came, in full: what follows is its body, or trailers. */
    public void heard() {
        heard = true;
    }

    boolean isHeard() {
        return heard;
    }

    /** The peer ended its half with its head. */
    void complete() {
        remoteEnded = true;
    }

    void settle() {
        touched = false;
        if (!over) {
            owner().settled();
        }
    }

    void touch() {
        if (!touched && !over) {
            touched = true;
            session.touched(this);
        }
    }

    /** Adds to what may be sent; says whether that is still a number (RFC 9113 §6.9.1). */
    boolean widen(int increment) {
        if (increment > 0 && sendWindow > Integer.MAX_VALUE - increment) {
            return false;
        }
        boolean was = sendWindow > 0;
        sendWindow += increment;
        if (!was && sendWindow > 0 && (ending || !waiting.isEmpty())) {
            session.sending().offer(this);
        }
        return true;
    }

    /** Whether there is anything that the windows, {@code connection} among them, let it send. */
    boolean canSend(int connection) {
        return !over && (waitingBytes == 0 ? ending && !localEnded : Math.min(connection, sendWindow) > 0);
    }

    /** Writes one frame; says how many bytes of the connection's window it took. */
    int sendOne(int connection) {
        int size = 0;
        if (waitingBytes > 0) {
            size = Math.min(Math.min(connection, sendWindow), Http2FrameReader.MAX_FRAME_SIZE);
            ByteBuf chunk = waiting.element();
            if (chunk.readableBytes() > size) {
                chunk = chunk.readRetainedSlice(size);
            } else {
                waiting.remove();
            }
            size = chunk.readableBytes();
            waitingBytes -= size;
            sendWindow -= size;
            sentBytes += size;
            boolean last = ending && waitingBytes == 0 && trailersToSend() == null;
            session.output().data(id, chunk, last);
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
        if (blocked != on && owner != null) {
            blocked = on;
            owner.blocked(on);
        }
    }

    /** Whether something waits to be sent. */
    boolean isWaiting() {
        return !over && (waitingBytes > 0 || ending && !localEnded);
    }

    void sent(boolean reached) {
        if (owner != null) {
            owner.sent(reached);
        }
    }

    /** The peer, or the end of the connection, ends the stream; {@code processed} as {@link Owner#reset} has it. */
    void broken(Http2Code code, boolean byPeer, boolean processed, String detail) {
        if (over) {
            return;
        }
        if (!session.isServer() && remoteEnded && intake.isHolding()) {
            // The response is whole (rule T22): who takes it slowly still gets it.
            localEnded = true;
            dropWaiting();
            return;
        }
        close();
        owner().reset(code, byPeer, processed, detail);
    }

    private @Nullable Fields trailersToSend() {
        Fields trailers = owner().trailers();
        return trailers == null || trailers.isEmpty() ? null : trailers;
    }

    /** Ends our half by a frame of its own: trailers, or no data. */
    private void endBare() {
        Fields trailers = trailersToSend();
        if (trailers == null) {
            session.output().data(id, io.netty.buffer.Unpooled.EMPTY_BUFFER, true);
        } else {
            session.output().headers(id, session.heads().trailers(trailers), true);
        }
        endLocal();
    }

    private void endLocal() {
        localEnded = true;
        ending = true;
        whenDrained = null;
        blocked(false);
        session.output().ends(this);
        taken();
    }

    private void drained() {
        Runnable then = whenDrained;
        if (then != null && waitingBytes <= LOW) {
            whenDrained = null;
            then.run();
        }
    }

    private void close() {
        if (over) {
            return;
        }
        over = true;
        dropWaiting();
        intake.close();
        session.remove(this);
    }

    private void dropWaiting() {
        ending = true;
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
}

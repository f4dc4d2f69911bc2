package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteWriter;
import io.portcullis.net.Failure;
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
        default void head(Http2Block block, boolean last) {
            throw new IllegalStateException("a second head");
        }

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

    private final Http2Session session;
    private final int id;
    private final Http2Intake intake;
    private final Http2Outflow outflow;
    private @Nullable Owner owner;
    private boolean heard;
    private boolean remoteEnded;
    private boolean over;

    /** Whether it got something in the read that runs. */
    boolean touched;

    Http2Stream(Http2Session session, int id, int sendWindow, int receiveWindow) {
        this.session = session;
        this.id = id;
        this.outflow = new Http2Outflow(session, this, sendWindow);
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
        return outflow.sentBytes();
    }

    public boolean isOver() {
        return over;
    }

    /** Whether nothing can be sent any more: our half, or all of it, has ended. */
    public boolean isSent() {
        return over || outflow.hasEnded();
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
            outflow.endLocal();
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
        outflow.write(chunk);
    }

    @Override
    public void flush() {
        outflow.flush();
    }

    @Override
    public void end() {
        outflow.end();
    }

    /** The body broke off: the peer must not take it for whole. */
    @Override
    public void abort(Failure why) {
        reset(Http2Heads.code(why));
    }

    @Override
    public boolean isFull() {
        return outflow.isFull();
    }

    @Override
    public void onDrained(Runnable then) {
        outflow.onDrained(then);
    }

    // ---- what the session calls ----

    Owner owner() {
        if (owner == null) {
            throw new IllegalStateException("stream " + id + ": nobody owns it");
        }
        return owner;
    }

    Http2Outflow outflow() {
        return outflow;
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
        if (outflow.hasEnded() && remoteEnded && !intake.isHolding()) {
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
            outflow.drop();
            return;
        }
        close();
        owner().reset(code, byPeer, processed, detail);
    }

    /** Our half has ended. */
    void endedLocal() {
        session.output().ends(this);
        taken();
    }

    @Nullable Owner ownerOrNull() {
        return owner;
    }

    private void close() {
        if (over) {
            return;
        }
        over = true;
        outflow.close();
        intake.close();
        session.remove(this);
    }
}

package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteWriter;
import io.portcullis.net.Failure;
import org.jspecify.annotations.Nullable;

/**
 * One stream of an {@link Http2Session}: its two halves, and who hears of what comes (RFC 9113 §5).
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
    private final Http2Session session;
    private final int id;
    private final Http2Inbound in;
    private final Http2Outbound out;
    private @Nullable Http2StreamOwner owner;
    private boolean heard;
    private boolean remoteEnded;
    private boolean blocked;
    private boolean over;

    /** Whether it stands in the queue of those that have something to send. */
    boolean queued;

    private boolean touched;

    Http2Stream(Http2Session session, int id, int sendWindow, int receiveWindow) {
        this.session = session;
        this.id = id;
        this.in = new Http2Inbound(session, id, receiveWindow);
        this.out = new Http2Outbound(sendWindow);
    }

    public int id() {
        return id;
    }

    /** Sets who hears of what comes; at once after the stream is there. */
    public void owner(Http2StreamOwner who) {
        owner = who;
    }

    /** Says how many bytes the body must have (RFC 9113 §8.1.1); negative where that is not known. */
    public void expect(long bytes) {
        in.expect(bytes);
    }

    /** The peer's head came, in full: what follows is its body, or trailers. */
    public void heard() {
        heard = true;
    }

    /** Bytes of our half that were written as DATA so far. */
    public long sentBytes() {
        return out.sent();
    }

    public boolean isOver() {
        return over;
    }

    /** Whether the peer has ended its half. */
    public boolean isReceived() {
        return remoteEnded;
    }

    /** Whether nothing can be sent any more: our half, or all of it, has ended. */
    public boolean isSent() {
        return over || out.hasEnded();
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
        in.reading(on);
        if (on) {
            if (in.deliver(owner())) {
                closeIfDone();
                settle();
            }
            in.giveBack();
        }
    }

    /** Nobody wants what the peer still sends. */
    public void discard() {
        in.discard();
        closeIfDone();
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
        if (over || out.isEnding() || !chunk.isReadable()) {
            chunk.release();
        } else {
            out.add(chunk);
        }
    }

    @Override
    public void flush() {
        if (!over && !out.isEmpty()) {
            session.sending().offer(this);
        }
    }

    @Override
    public void end() {
        if (!over && !out.isEnding()) {
            out.ends();
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
        return !over && out.isFull();
    }

    @Override
    public void onDrained(Runnable then) {
        out.onDrained(then);
    }

    // ---- what the session calls ----

    Http2StreamOwner owner() {
        if (owner == null) {
            throw new IllegalStateException("stream " + id + ": nobody owns it");
        }
        return owner;
    }

    Http2Inbound in() {
        return in;
    }

    Http2Outbound out() {
        return out;
    }

    boolean isHeard() {
        return heard;
    }

    /** The peer ended its half with its head. */
    void complete() {
        remoteEnded = true;
    }

    /** Takes ownership of {@code piece}; says whether the body is no longer than it may be. */
    boolean receive(ByteBuf piece) {
        Http2Inbound.Taken taken = in.take(piece);
        if (taken == Http2Inbound.Taken.PASSED) {
            touch();
            owner().content(piece);
            in.giveBack();
        }
        return taken != Http2Inbound.Taken.TOO_MUCH;
    }

    /** The peer ends its half. Says whether the body is as long as it must be. */
    boolean endRemote(@Nullable Fields trailers) {
        remoteEnded = true;
        if (!in.end()) {
            return false;
        }
        if (over) {
            return true;
        }
        if (in.isPaused()) {
            in.holdEnd(trailers);
        } else {
            touch();
            owner().ended(trailers);
        }
        closeIfDone();
        return true;
    }

    /** Not before everything that came was taken. */
    private void closeIfDone() {
        if (out.hasEnded() && remoteEnded && !in.isEndHeld()) {
            close();
        }
    }

    void settle() {
        touched = false;
        if (!over) {
            owner().settled();
        }
    }

    /** Tells the owner where data begins, or ceases, to wait for the peer. */
    void blocked(boolean on) {
        if (blocked != on && owner != null) {
            blocked = on;
            owner.blocked(on);
        }
    }

    /** The last of our half was taken by the socket, or was not. */
    void sent(boolean reached) {
        if (owner != null) {
            owner.sent(reached);
        }
    }

    /** The peer, or the end of the connection, ends the stream; {@code processed} as {@link Http2StreamOwner#reset} has it. */
    void broken(Http2Code code, boolean byPeer, boolean processed, String detail) {
        if (in.isEndHeld() && !session.isServer()) {
            // The response is whole (rule T22): who takes it slowly still gets it.
            endSending();
        } else if (!over) {
            close();
            owner().reset(code, byPeer, processed, detail);
        }
    }

    private void touch() {
        if (!touched && !over) {
            touched = true;
            session.touched(this);
        }
    }

    /** The last frame of our half was written. */
    void endLocal() {
        out.ended();
        blocked(false);
        session.output().ends(this);
        closeIfDone();
    }

    private void close() {
        if (!over) {
            over = true;
            endSending();
            in.discard();
            session.remove(this);
        }
    }

    private void endSending() {
        out.close();
        blocked(false);
        if (queued) {
            session.sending().forget(this);
        }
    }
}

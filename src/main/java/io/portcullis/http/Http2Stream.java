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
    private boolean ending;
    private boolean localEnded;
    private boolean blocked;
    private boolean over;

    /** The end came behind what is held. */
    private boolean endHeld;

    private @Nullable Fields trailersHeld;

    /** Whether it stands in the queue of those that have something to send. */
    boolean queued;

    /** Whether it got something in the read that runs. */
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
        return over || localEnded;
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
            deliver();
            in.giveBack();
        }
    }

    /** Hands on what was held; whoever takes it may stop again at any piece. */
    private void deliver() {
        boolean some = false;
        for (ByteBuf piece = in.next(); piece != null; piece = in.next()) {
            some = true;
            owner().content(piece);
        }
        if (endHeld && !over && !in.isPaused()) {
            endHeld = false;
            some = true;
            owner().ended(trailersHeld);
            closeIfDone();
        }
        if (some && !over) {
            owner().settled();
        }
    }

    /** Nobody wants what the peer still sends. */
    public void discard() {
        in.discard();
        endHeld = false;
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
        if (over || ending || !chunk.isReadable()) {
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

    /** Whether nothing follows what waits. */
    boolean isEnding() {
        return ending;
    }

    boolean isHeard() {
        return heard;
    }

    /** The peer ended its half with its head. */
    void complete() {
        remoteEnded = true;
    }

    /** Some data; takes ownership. Says whether the body is still as long as it may be. */
    boolean receive(ByteBuf piece) {
        Http2Inbound.Taken taken = in.take(piece);
        if (taken == Http2Inbound.Taken.HELD) {
            return true;
        }
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
            endHeld = true;
            trailersHeld = trailers;
        } else {
            touch();
            owner().ended(trailers);
        }
        closeIfDone();
        return true;
    }

    /** Not before everything that came was taken. */
    private void closeIfDone() {
        if (localEnded && remoteEnded && !endHeld) {
            close();
        }
    }

    /** The read is over. */
    void settle() {
        touched = false;
        if (!over) {
            owner().settled();
        }
    }

    /** Adds to what may be sent; says whether that is still a number. */
    boolean widen(int increment) {
        boolean could = canSend(Integer.MAX_VALUE);
        if (!out.widen(increment)) {
            return false;
        }
        if (!could && canSend(Integer.MAX_VALUE)) {
            session.sending().offer(this);
        }
        return true;
    }

    /** Whether there is anything that the windows, {@code connection} bytes among them, let it send. */
    boolean canSend(int connection) {
        return !over && (out.isEmpty() ? ending && !localEnded : out.allowed(connection) > 0);
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
        return !over && (!out.isEmpty() || ending && !localEnded);
    }

    /** The last of our half was taken by the socket, or was not. */
    void sent(boolean reached) {
        if (owner != null) {
            owner.sent(reached);
        }
    }

    /** The peer, or the end of the connection, ends the stream; {@code processed} as {@link Http2StreamOwner#reset} has it. */
    void broken(Http2Code code, boolean byPeer, boolean processed, String detail) {
        if (endHeld && !session.isServer()) {
            // The response is whole (rule T22): who takes it slowly still gets it.
            localEnded = true;
            ending = true;
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
        localEnded = true;
        ending = true;
        out.forget();
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

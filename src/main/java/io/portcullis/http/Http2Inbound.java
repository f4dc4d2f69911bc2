package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What a peer may still send on one stream, and what became of what it sent (RFC 9113 §5.2, §8.1.1). */
@io.portcullis.net.OnLoop
final class Http2Inbound {
    /** What became of some data. */
    enum Taken {
        /** It is the owner's. */
        PASSED,
        /** Nobody takes it yet; it was copied, and freed. */
        HELD,
        /** Nobody wants it; it was freed. */
        FREED,
        /** It is more than the body may have; it was freed. */
        TOO_MUCH
    }

    private static final int PAGE = 16 * 1024;
    private static final int FIRST_PAGE = 256;

    private final Http2Session session;
    private final int id;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(1);
    private int window;
    private int credit;
    private int update;
    private long expected = -1;
    private long received;
    private boolean paused;
    private boolean unwanted;
    private boolean ended;

    /** The end came behind what is held. */
    private boolean endHeld;

    private @Nullable Fields trailersHeld;

    Http2Inbound(Http2Session session, int id, int window) {
        this.session = session;
        this.id = id;
        this.window = window;
    }

    void expect(long bytes) {
        expected = bytes;
    }

    /** A DATA frame begins; says whether it fits the window. */
    boolean takeWindow(int length) {
        window -= length;
        return window >= 0;
    }

    /** Counts some data, and frees it where it is not to be passed on. */
    Taken take(ByteBuf piece) {
        int size = piece.readableBytes();
        received += size;
        credit += size;
        if (!unwanted && (expected < 0 || received <= expected)) {
            if (paused) {
                hold(piece);
                return Taken.HELD;
            }
            return Taken.PASSED;
        }
        piece.release();
        giveBack();
        return unwanted ? Taken.FREED : Taken.TOO_MUCH;
    }

    /** Bytes of a frame that were no data. */
    void padding(int bytes) {
        credit += bytes;
        giveBack();
    }

    /** The peer's half ends; says whether the body is as long as it must be. */
    boolean end() {
        ended = true;
        giveBack();
        return expected < 0 || received == expected || unwanted;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether what comes is wanted at once; where it is not, it is held, and the peer gets no further window. */
    void reading(boolean on) {
        paused = !on;
    }

    boolean isPaused() {
        return paused && !unwanted;
    }

    /** The peer's half ended while nobody takes what came. */
    void holdEnd(@Nullable Fields trailers) {
        endHeld = true;
        trailersHeld = trailers;
    }

    boolean isEndHeld() {
        return endHeld;
    }

    /** Hands on what was held; whoever takes it may stop again at any piece. Says whether there was anything. */
    boolean deliver(Http2StreamOwner to) {
        boolean some = false;
        for (ByteBuf piece = next(); piece != null; piece = next()) {
            some = true;
            to.content(piece);
        }
        if (endHeld && !paused) {
            endHeld = false;
            to.ended(trailersHeld);
            return true;
        }
        return some;
    }

    private @Nullable ByteBuf next() {
        return paused ? null : held.poll();
    }

    /** Nobody wants what still comes: the connection's window is given back at once, the stream's never. */
    void discard() {
        unwanted = true;
        endHeld = false;
        for (ByteBuf page = held.poll(); page != null; page = held.poll()) {
            page.release();
        }
        giveBack();
    }

    private void hold(ByteBuf piece) {
        while (piece.isReadable()) {
            ByteBuf page = held.peekLast();
            if (page == null || page.maxWritableBytes() == 0) {
                int first = Math.clamp(piece.readableBytes(), FIRST_PAGE, PAGE);
                page = session.channel().alloc().buffer(first, PAGE);
                held.add(page);
            }
            page.writeBytes(piece, Math.min(piece.readableBytes(), page.maxWritableBytes()));
        }
        piece.release();
    }

    /** Lets the peer send as much again as was taken, in steps that are worth a frame. */
    void giveBack() {
        if (credit == 0 || paused && !unwanted) {
            return;
        }
        session.giveBack(credit);
        update += credit;
        credit = 0;
        if (update >= session.settings().streamWindow() / 2 && !ended && !unwanted) {
            window += update;
            session.output().windowUpdate(id, update);
            update = 0;
        }
    }
}

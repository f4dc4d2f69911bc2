package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What a peer may still send on one stream, and what became of what it sent (RFC 9113 §5.2, §8.1.1). */
@io.portcullis.net.OnLoop
final class Http2Inbound {
    private static final int PAGE = 16 * 1024;
    private static final int FIRST_PAGE = 256;

    private final Http2Session session;
    private final Http2Stream stream;
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

    Http2Inbound(Http2Session session, Http2Stream stream, int window) {
        this.session = session;
        this.stream = stream;
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

    /** Some data; takes ownership. Says whether the body is still as long as it may be. */
    boolean receive(ByteBuf piece) {
        int size = piece.readableBytes();
        received += size;
        credit += size;
        if (unwanted || expected >= 0 && received > expected) {
            piece.release();
            giveBack();
            return unwanted;
        }
        if (paused) {
            hold(piece);
        } else {
            stream.touch();
            stream.owner().content(piece);
            giveBack();
        }
        return true;
    }

    /** Bytes of a frame that were no data. */
    void padding(int bytes) {
        credit += bytes;
        giveBack();
    }

    /** The peer's half ends; says whether the body is as long as it must be. */
    boolean isWhole() {
        ended = true;
        giveBack();
        return expected < 0 || received == expected || unwanted;
    }

    /** Tells the owner of the end, behind everything that it has not taken yet. */
    void end(@Nullable Fields trailers) {
        if (paused && !unwanted) {
            endHeld = true;
            trailersHeld = trailers;
        } else {
            stream.touch();
            stream.owner().ended(trailers);
        }
    }

    /** Whether the end came, and the owner does not know. */
    boolean isEndHeld() {
        return endHeld;
    }

    /** Whether what comes is wanted at once; where it is not, it is held, and the peer gets no further window. */
    void reading(boolean on) {
        paused = !on;
        if (on) {
            deliver();
            giveBack();
        }
    }

    /** Hands on what was held; whoever takes it may stop again at any piece. */
    private void deliver() {
        boolean some = false;
        while (!paused && !held.isEmpty()) {
            some = true;
            stream.owner().content(held.remove());
        }
        if (endHeld && !stream.isOver() && !paused) {
            endHeld = false;
            some = true;
            stream.owner().ended(trailersHeld);
            stream.closeIfDone();
        }
        if (some && !stream.isOver()) {
            stream.owner().settled();
        }
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
            session.output().windowUpdate(stream.id(), update);
            update = 0;
        }
    }
}

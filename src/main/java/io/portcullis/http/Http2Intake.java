package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of an {@link Http2Stream}: what the peer may send, what came, and what nobody has taken yet.
 *
 * <p>What comes while nobody takes it is copied into pages: so many bytes that a window allows cost as much memory and little more,
 * however small the frames are that bring them, and however large the buffers that these frames were read into.
 */
@io.portcullis.net.OnLoop
final class Http2Intake {
    private static final int PAGE = 16 * 1024;
    private static final int FIRST_PAGE = 256;

    private final Http2Session session;
    private final Http2Stream stream;
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(1);
    private @Nullable Fields heldTrailers;
    private int window;
    private int credit;
    private int update;
    private long expected = -1;
    private long received;
    private boolean paused;
    private boolean discarding;
    private boolean endHeld;

    Http2Intake(Http2Session session, Http2Stream stream, int window) {
        this.session = session;
        this.stream = stream;
        this.window = window;
    }

    void expect(long bytes) {
        expected = bytes;
    }

    /** A DATA frame begins: it must fit the window. */
    boolean takeWindow(int length) {
        window -= length;
        return window >= 0;
    }

    /** Some data; takes ownership. Says whether the body is still as long as it may be. */
    boolean receive(ByteBuf piece) {
        int size = piece.readableBytes();
        received += size;
        credit += size;
        if (stream.isOver() || discarding) {
            piece.release();
            giveBack();
            return true;
        }
        if (expected >= 0 && received > expected) {
            piece.release();
            return false;
        }
        stream.touch();
        if (paused) {
            hold(piece);
        } else {
            stream.owner().content(piece);
            giveBack();
        }
        return true;
    }

    /** Bytes of a frame that were no data. */
    void receivePadding(int bytes) {
        credit += bytes;
        giveBack();
    }

    /** The last byte came: whether the body is as long as it must be. */
    boolean isWhole() {
        return expected < 0 || received == expected || discarding;
    }

    /** Tells the owner of the end, behind everything that it has not taken yet. */
    void end(@Nullable Fields trailers) {
        if (paused && !discarding) {
            endHeld = true;
            heldTrailers = trailers;
        } else {
            stream.owner().ended(trailers);
        }
    }

    void reading(boolean on) {
        paused = !on;
        if (on) {
            deliver();
            giveBack();
        }
    }

    void discard() {
        discarding = true;
        free();
        giveBack();
        stream.taken();
    }

    /** Whether something came that nobody has taken yet. */
    boolean isHolding() {
        return endHeld || !held.isEmpty();
    }

    /** The stream is over. */
    void close() {
        free();
        giveBack();
    }

    /** Lets the peer send as much again as was taken, in steps that are worth a frame. */
    void giveBack() {
        if (credit == 0 || paused && !discarding && !stream.isOver()) {
            return;
        }
        session.giveBack(credit);
        update += credit;
        credit = 0;
        boolean more = !stream.isOver() && !stream.isReceived() && !discarding;
        if (more && update >= session.settings().streamWindow() / 2) {
            window += update;
            session.output().windowUpdate(stream.id(), update);
            update = 0;
        }
    }

    private void hold(ByteBuf piece) {
        while (piece.isReadable()) {
            ByteBuf page = held.peekLast();
            if (page == null || page.maxWritableBytes() == 0) {
                int first = Math.clamp(piece.readableBytes(), FIRST_PAGE, PAGE);
                page = session.output().channel().alloc().buffer(first, PAGE);
                held.add(page);
            }
            page.writeBytes(piece, Math.min(piece.readableBytes(), page.maxWritableBytes()));
        }
        piece.release();
    }

    /** Whoever takes it may stop again at any page. */
    private void deliver() {
        if (held.isEmpty() && !endHeld) {
            return;
        }
        while (!paused && !held.isEmpty()) {
            stream.owner().content(held.remove());
        }
        if (!paused && endHeld && !stream.isOver()) {
            endHeld = false;
            stream.owner().ended(heldTrailers);
            stream.taken();
        }
        if (!stream.isOver()) {
            stream.owner().settled();
        }
    }

    private void free() {
        endHeld = false;
        for (ByteBuf page = held.poll(); page != null; page = held.poll()) {
            page.release();
        }
    }
}

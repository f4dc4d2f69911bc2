package io.portcullis.http;

import io.netty.util.collection.IntObjectHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The streams of one connection: those that are open, the numbers that were used, and those whose late frames are forgiven. */
@io.portcullis.net.OnLoop
final class Http2Streams {
    /** Streams that we reset while the peer may still be sending on them. */
    private static final int FORGIVEN = 256;

    private final boolean server;
    private final IntObjectHashMap<Http2Stream> open = new IntObjectHashMap<>();
    private final int[] forgiven;
    private int nextForgiven;
    private int last;
    private int skippedFrom;
    private int skippedTo;
    private int next = 1;

    /** @param server whether the peer opens the streams */
    Http2Streams(boolean server) {
        this.server = server;
        this.forgiven = new int[FORGIVEN];
    }

    @Nullable
    Http2Stream get(int id) {
        return open.get(id);
    }

    void add(Http2Stream stream) {
        open.put(stream.id(), stream);
    }

    void remove(int id) {
        open.remove(id);
    }

    int size() {
        return open.size();
    }

    /** A copy. */
    List<Http2Stream> all() {
        return List.copyOf(open.values());
    }

    /** The highest number that the peer has used. */
    int lastOfPeer() {
        return last;
    }

    /** Whether we may open another stream on this connection. */
    boolean hasNumbers() {
        return next > 0;
    }

    /** The number of the next stream that we open. */
    int next() {
        int id = next;
        next += 2;
        return id;
    }

    /** The peer may still be sending on {@code id}, which we reset. */
    void forgive(int id) {
        forgiven[nextForgiven] = id;
        nextForgiven = (nextForgiven + 1) % FORGIVEN;
    }

    boolean isForgiven(int id) {
        for (int one : forgiven) {
            if (one == id) {
                return true;
            }
        }
        return false;
    }

    /** Takes {@code id} for a stream that the peer opens now; says whether it may be one. */
    boolean begins(int id) {
        if (!server || (id & 1) == 0 || id <= last) {
            return false;
        }
        int expected = last == 0 ? 1 : last + 2;
        if (id > expected) {
            skippedFrom = expected;
            skippedTo = id;
        }
        last = id;
        return true;
    }

    /** Whether the peer went past {@code id} the last time that it went past any: such a stream closed unused (RFC 9113 §5.1.1). */
    boolean wasSkipped(int id) {
        return id >= skippedFrom && id < skippedTo;
    }

    /** Whether {@code id} was never used by anybody (RFC 9113 §5.1, idle). */
    boolean isIdle(int id) {
        if (server) {
            return (id & 1) == 0 || id > last;
        }
        return (id & 1) == 0 || next > 0 && id >= next;
    }

    /** A frame that must be on a stream, and is. */
    void requireOne(int id, String frame) throws Http2Violation {
        if (id == 0) {
            throw Http2Violation.protocol(frame + " on stream 0");
        }
    }

    /** A frame that must be on a stream which was opened at some time, and is. */
    void requireKnown(int id, String frame) throws Http2Violation {
        requireOne(id, frame);
        if (isIdle(id)) {
            throw Http2Violation.protocol(frame + " on stream " + id + ", which nobody has opened");
        }
    }

    /** A frame that must be about the connection, and is. */
    void requireNone(int id, String frame) throws Http2Violation {
        if (id != 0) {
            throw Http2Violation.protocol(frame + " on stream " + id);
        }
    }
}

package io.portcullis.http;

/**
 * What we hold an HTTP/2 peer to.
 *
 * @param maxStreams streams that it may have open at once, 1 to 65535
 * @param streamWindow bytes of one stream that it may send ahead, 65535 to 2^31-1
 * @param connectionWindow bytes of all streams that it may send ahead, 65535 to 2^31-1: the bound on what one connection makes us hold
 * @param limits how large a head may be
 */
public record Http2Settings(int maxStreams, int streamWindow, int connectionWindow, HeadLimits limits) {
    static final int HEADER_TABLE_SIZE = 1;
    static final int ENABLE_PUSH = 2;
    static final int MAX_CONCURRENT_STREAMS = 3;
    static final int INITIAL_WINDOW_SIZE = 4;
    static final int MAX_FRAME_SIZE = 5;
    static final int MAX_HEADER_LIST_SIZE = 6;
    static final int ENABLE_CONNECT_PROTOCOL = 8;

    /** What RFC 9113 §6.5.2 has every window begin with. */
    static final int FIRST_WINDOW = 65535;

    /** Octets that an entry counts beside its name and value (RFC 9113 §6.5.2). */
    static final int ENTRY = 32;

    /** Bytes of a list of fields as we count and announce them. */
    int headerList() {
        return limits.headerBytes() + limits.firstLine() + ENTRY * 8;
    }

    /** Bytes of a compressed block that are read at most. */
    int blockBytes() {
        return headerList() + Http2FrameReader.MAX_FRAME_SIZE;
    }

    void announce(Http2Output output, boolean server) {
        if (server) {
            output.settings(
                    MAX_CONCURRENT_STREAMS,
                    maxStreams,
                    INITIAL_WINDOW_SIZE,
                    streamWindow,
                    MAX_HEADER_LIST_SIZE,
                    headerList(),
                    ENABLE_CONNECT_PROTOCOL,
                    1);
        } else {
            output.settings(ENABLE_PUSH, 0, INITIAL_WINDOW_SIZE, streamWindow, MAX_HEADER_LIST_SIZE, headerList());
        }
        if (connectionWindow > FIRST_WINDOW) {
            output.windowUpdate(0, connectionWindow - FIRST_WINDOW);
        }
    }
}

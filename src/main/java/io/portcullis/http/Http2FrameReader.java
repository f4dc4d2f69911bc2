package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an HTTP/2 connection's bytes into frames (RFC 9113 §4.1).
 *
 * <p>The bytes of DATA frames are passed on as they come, without a copy and without waiting for the frame's end; of every other
 * frame the whole payload is waited for, which is at most {@link #MAX_FRAME_SIZE}.
 */
@io.portcullis.net.OnLoop
final class Http2FrameReader {
    /** What takes the frames. */
    interface Taker {
        /** A DATA frame of {@code length} bytes, padding and all, begins. */
        void beginData(int stream, int length, boolean last) throws Http2Violation;

        /** Some of the frame's data; takes ownership. */
        void data(ByteBuf piece);

        /** The frame is over; {@code padding} bytes of it were no data. */
        void endData(int padding) throws Http2Violation;

        /** Any other frame; {@code payload} holds {@code length} bytes from its reader index, and stays the reader's. */
        void frame(int type, int flags, int stream, ByteBuf payload, int length) throws Http2Violation;
    }

    /** What we announce, by not announcing anything else: the least that RFC 9113 §6.5.2 allows. */
    static final int MAX_FRAME_SIZE = 16 * 1024;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 0x1;
    static final int ACK = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int PRIORITIZED = 0x20;

    static final int HEADER_LENGTH = 9;

    private enum State {
        PREFACE,
        HEADER,
        PAD_LENGTH,
        DATA_BYTES,
        PADDING,
        PAYLOAD
    }

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Taker taker;
    private final byte[] header = new byte[HEADER_LENGTH];
    private State state;
    private int have;
    private int length;
    private int type;
    private int flags;
    private int stream;
    private int left;
    private int padding;
    private int frames;
    private boolean first = true;
    private boolean over;
    private @Nullable ByteBuf partial;

    /** @param server whether the peer begins with the client's preface (RFC 9113 §3.4) */
    Http2FrameReader(Taker taker, boolean server) {
        this.taker = taker;
        this.state = server ? State.PREFACE : State.HEADER;
    }

    /** Whether the peer's first SETTINGS has come. */
    boolean hasBegun() {
        return !first;
    }

    /** Frames whose headers were read; may wrap. */
    int frames() {
        return frames;
    }

    /** The number of the frame, other than DATA, of which a part has come; 0 where there is none. */
    int partFrame() {
        return state == State.PAYLOAD ? frames : have > 0 ? frames + 1 : 0;
    }

    /** Reads {@code in}, which stays the caller's: all of it, unless {@link #close} comes between. */
    void read(ByteBuf in, ByteBufAllocator allocator) throws Http2Violation {
        while (!over && in.isReadable()) {
            switch (state) {
                case PREFACE -> preface(in);
                case HEADER -> header(in);
                case PAD_LENGTH -> padLength(in);
                case DATA_BYTES -> data(in);
                case PADDING -> padding(in);
                case PAYLOAD -> payload(in, allocator);
            }
        }
    }

    /** Reads nothing more, and frees what it holds. */
    void close() {
        over = true;
        free();
    }

    private void free() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    private void preface(ByteBuf in) throws Http2Violation {
        while (in.isReadable() && have < PREFACE.length) {
            if (in.readByte() != PREFACE[have++]) {
                throw Http2Violation.protocol("no HTTP/2 preface");
            }
        }
        if (have == PREFACE.length) {
            have = 0;
            state = State.HEADER;
        }
    }

    private void header(ByteBuf in) throws Http2Violation {
        int take = Math.min(in.readableBytes(), HEADER_LENGTH - have);
        in.readBytes(header, have, take);
        have += take;
        if (have < HEADER_LENGTH) {
            return;
        }
        have = 0;
        frames++;
        length = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | header[2] & 0xff;
        type = header[3] & 0xff;
        flags = header[4] & 0xff;
        stream = (header[5] & 0x7f) << 24 | (header[6] & 0xff) << 16 | (header[7] & 0xff) << 8 | header[8] & 0xff;
        if (length > MAX_FRAME_SIZE) {
            throw Http2Violation.frameSize("a frame of " + length + " bytes");
        }
        if (first && (type != SETTINGS || (flags & ACK) != 0)) {
            throw Http2Violation.protocol("the first frame is not SETTINGS");
        }
        first = false;
        if (type == DATA) {
            beginData();
        } else if (length == 0) {
            taker.frame(type, flags, stream, in, 0);
        } else {
            left = length;
            state = State.PAYLOAD;
        }
    }

    private void beginData() throws Http2Violation {
        boolean padded = (flags & PADDED) != 0;
        if (padded && length == 0) {
            throw Http2Violation.frameSize("a padded DATA frame without a pad length");
        }
        taker.beginData(stream, length, (flags & END_STREAM) != 0);
        padding = 0;
        left = length;
        if (padded) {
            state = State.PAD_LENGTH;
        } else {
            dataOrEnd();
        }
    }

    private void padLength(ByteBuf in) throws Http2Violation {
        padding = in.readUnsignedByte();
        left = length - 1 - padding;
        if (left < 0) {
            throw Http2Violation.protocol("more padding than frame");
        }
        dataOrEnd();
    }

    private void data(ByteBuf in) throws Http2Violation {
        int take = Math.min(left, in.readableBytes());
        taker.data(in.readRetainedSlice(take));
        left -= take;
        dataOrEnd();
    }

    private void dataOrEnd() throws Http2Violation {
        if (left > 0) {
            state = State.DATA_BYTES;
        } else if (padding > 0) {
            left = padding;
            state = State.PADDING;
        } else {
            state = State.HEADER;
            taker.endData((flags & PADDED) != 0 ? 1 : 0);
        }
    }

    private void padding(ByteBuf in) throws Http2Violation {
        int take = Math.min(left, in.readableBytes());
        in.skipBytes(take);
        left -= take;
        if (left == 0) {
            state = State.HEADER;
            taker.endData(padding + 1);
        }
    }

    private void payload(ByteBuf in, ByteBufAllocator allocator) throws Http2Violation {
        if (partial == null && in.readableBytes() >= length) {
            state = State.HEADER;
            int end = in.readerIndex() + length;
            taker.frame(type, flags, stream, in, length);
            in.readerIndex(end);
            return;
        }
        if (partial == null) {
            partial = allocator.heapBuffer(length, length);
        }
        int take = Math.min(left, in.readableBytes());
        partial.writeBytes(in, take);
        left -= take;
        if (left == 0) {
            state = State.HEADER;
            ByteBuf whole = partial;
            try {
                taker.frame(type, flags, stream, whole, length);
            } finally {
                free();
            }
        }
    }
}

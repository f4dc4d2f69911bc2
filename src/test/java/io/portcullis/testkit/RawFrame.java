package io.portcullis.testkit;

import java.nio.ByteBuffer;
import java.util.List;

/** One HTTP/2 frame as it stands on the wire (RFC 9113 §4.1). */
public final class RawFrame {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PUSH_PROMISE = 5;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;
    public static final int PADDED = 8;
    public static final int PRIORITIZED = 32;
    static final int HEADER = 9;

    private static final List<String> CODES = List.of(
            "NO_ERROR",
            "PROTOCOL_ERROR",
            "INTERNAL_ERROR",
            "FLOW_CONTROL_ERROR",
            "SETTINGS_TIMEOUT",
            "STREAM_CLOSED",
            "FRAME_SIZE_ERROR",
            "REFUSED_STREAM",
            "CANCEL",
            "COMPRESSION_ERROR",
            "CONNECT_ERROR",
            "ENHANCE_YOUR_CALM",
            "INADEQUATE_SECURITY",
            "HTTP_1_1_REQUIRED");

    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] payload;

    /** @param payload everything behind the nine bytes of the frame's header */
    public RawFrame(int type, int flags, int stream, byte[] payload) {
        this.type = type;
        this.flags = flags;
        this.stream = stream;
        this.payload = payload;
    }

    public int type() {
        return type;
    }

    public int flags() {
        return flags;
    }

    /** Without the reserved bit where it was read. */
    public int stream() {
        return stream;
    }

    public byte[] payload() {
        return payload;
    }

    /** A frame whose payload is 32-bit numbers. */
    public static RawFrame ofInts(int type, int flags, int stream, int... numbers) {
        ByteBuffer payload = ByteBuffer.allocate(numbers.length * 4);
        for (int number : numbers) {
            payload.putInt(number);
        }
        return new RawFrame(type, flags, stream, payload.array());
    }

    /** SETTINGS of identifiers and values in turn. */
    public static RawFrame settings(int... pairs) {
        ByteBuffer payload = ByteBuffer.allocate(pairs.length * 3);
        for (int i = 0; i < pairs.length; i += 2) {
            payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
        }
        return new RawFrame(SETTINGS, 0, 0, payload.array());
    }

    /** HEADERS with the whole block. */
    public static RawFrame headers(int stream, boolean last, RawBlock block) {
        return new RawFrame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block.toBytes());
    }

    public static RawFrame data(int stream, boolean last, byte[] bytes) {
        return new RawFrame(DATA, last ? END_STREAM : 0, stream, bytes);
    }

    public static RawFrame reset(int stream, String code) {
        return ofInts(RST_STREAM, 0, stream, CODES.indexOf(code));
    }

    public static RawFrame windowUpdate(int stream, int increment) {
        return ofInts(WINDOW_UPDATE, 0, stream, increment);
    }

    public static RawFrame ping() {
        return new RawFrame(PING, 0, 0, new byte[8]);
    }

    /** PRIORITY that depends on {@code on}. */
    public static RawFrame priority(int stream, int on) {
        return new RawFrame(
                PRIORITY,
                0,
                stream,
                ByteBuffer.allocate(5).putInt(on).put((byte) 15).array());
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** The 32-bit number at {@code offset} of the payload. */
    public int number(int offset) {
        return ByteBuffer.wrap(payload).getInt(offset);
    }

    /** The error code at {@code offset}, by its name in RFC 9113 §7. */
    String code(int offset) {
        int number = number(offset);
        return number >= 0 && number < CODES.size() ? CODES.get(number) : "code " + number;
    }

    /** As it stands on the wire. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(HEADER + payload.length)
                .putInt(payload.length << 8 | type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    @Override
    public String toString() {
        return "frame " + type + " flags " + flags + " stream " + stream + ", " + payload.length + " bytes";
    }
}

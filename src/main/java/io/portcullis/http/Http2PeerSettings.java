package io.portcullis.http;

import io.netty.buffer.ByteBuf;

/** What an HTTP/2 peer has announced (RFC 9113 §6.5.2). */
@io.portcullis.net.OnLoop
final class Http2PeerSettings {
    private static final int MOST_FRAME_SIZE = 0xffffff;

    private final boolean server;
    private int tableSize = 4096;
    private int maxStreams = Integer.MAX_VALUE;
    private int window = Http2Settings.FIRST_WINDOW;
    private boolean connectProtocol;

    /** @param server whether we are the server, whose peer may say less */
    Http2PeerSettings(boolean server) {
        this.server = server;
    }

    int tableSize() {
        return tableSize;
    }

    int maxStreams() {
        return maxStreams;
    }

    /** What a new stream's send window begins with. */
    int window() {
        return window;
    }

    /** Whether it takes extended CONNECT (RFC 8441 §3). */
    boolean connectProtocol() {
        return connectProtocol;
    }

    /** Reads one SETTINGS frame; the maximum size of header lists is advice (rule T17) and not kept. */
    void read(ByteBuf payload, int length) throws Http2Violation {
        if (length % 6 != 0) {
            throw Http2Violation.frameSize("SETTINGS of " + length + " bytes");
        }
        for (int i = 0; i < length; i += 6) {
            one(payload.readUnsignedShort(), payload.readUnsignedInt());
        }
    }

    private void one(int identifier, long value) throws Http2Violation {
        switch (identifier) {
            case Http2Settings.HEADER_TABLE_SIZE -> tableSize = (int) Math.min(value, Integer.MAX_VALUE);
            case Http2Settings.ENABLE_PUSH -> {
                if (value > 1 || value == 1 && !server) {
                    throw Http2Violation.protocol("SETTINGS_ENABLE_PUSH " + value);
                }
            }
            case Http2Settings.MAX_CONCURRENT_STREAMS -> maxStreams = (int) Math.min(value, Integer.MAX_VALUE);
            case Http2Settings.INITIAL_WINDOW_SIZE -> {
                if (value > Integer.MAX_VALUE) {
                    throw new Http2Violation(Http2Code.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE " + value);
                }
                window = (int) value;
            }
            case Http2Settings.MAX_FRAME_SIZE -> {
                if (value < Http2FrameReader.MAX_FRAME_SIZE || value > MOST_FRAME_SIZE) {
                    throw Http2Violation.protocol("SETTINGS_MAX_FRAME_SIZE " + value);
                }
            }
            case Http2Settings.ENABLE_CONNECT_PROTOCOL -> {
                if (value > 1 || connectProtocol && value == 0) {
                    throw Http2Violation.protocol("SETTINGS_ENABLE_CONNECT_PROTOCOL " + value);
                }
                connectProtocol = value == 1;
            }
            default -> {
                // Unknown settings are ignored (RFC 9113 §6.5.2).
            }
        }
    }
}

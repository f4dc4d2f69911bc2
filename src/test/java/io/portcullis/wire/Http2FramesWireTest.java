package io.portcullis.wire;

import static io.portcullis.testkit.RawFrame.ACK;
import static io.portcullis.testkit.RawFrame.CONTINUATION;
import static io.portcullis.testkit.RawFrame.DATA;
import static io.portcullis.testkit.RawFrame.END_HEADERS;
import static io.portcullis.testkit.RawFrame.END_STREAM;
import static io.portcullis.testkit.RawFrame.GOAWAY;
import static io.portcullis.testkit.RawFrame.HEADERS;
import static io.portcullis.testkit.RawFrame.PADDED;
import static io.portcullis.testkit.RawFrame.PING;
import static io.portcullis.testkit.RawFrame.PRIORITIZED;
import static io.portcullis.testkit.RawFrame.PRIORITY;
import static io.portcullis.testkit.RawFrame.PUSH_PROMISE;
import static io.portcullis.testkit.RawFrame.RST_STREAM;
import static io.portcullis.testkit.RawFrame.SETTINGS;
import static io.portcullis.testkit.RawFrame.WINDOW_UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.Script;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9113 §3 to §6, frame by frame: what ends the connection, what ends the stream, and what is borne. */
class Http2FramesWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Http2Stage.product("");

    private static final int MOST = 16 * 1024;

    private final Http2Stage stage = new Http2Stage(PROXY);

    private static RawFrame frame(int type, int flags, int stream, int... bytes) {
        byte[] payload = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            payload[i] = (byte) bytes[i];
        }
        return new RawFrame(type, flags, stream, payload);
    }

    private static RawFrame zeros(int type, int flags, int stream, int length) {
        return new RawFrame(type, flags, stream, new byte[length]);
    }

    /** A request without END_STREAM on stream 1. */
    private static RawFrame open() {
        return RawFrame.headers(1, false, RawBlock.request("POST", "/"));
    }

    private static RawFrame whole(int stream) {
        return RawFrame.headers(stream, true, RawBlock.get("/"));
    }

    /** The beginning of a block. */
    private static RawFrame half(int stream) {
        return new RawFrame(HEADERS, END_STREAM, stream, RawBlock.get("/").toBytes());
    }

    private static Arguments ends(String name, String code, RawFrame... frames) {
        return Arguments.of(name, code, frames);
    }

    static List<Arguments> connectionErrors() {
        return List.of(
                ends("4.2 a frame above 16384", "FRAME_SIZE_ERROR", open(), zeros(DATA, 0, 1, MOST + 1)),
                ends("4.2 an unknown frame above 16384", "FRAME_SIZE_ERROR", zeros(99, 0, 0, MOST + 1)),
                ends("4.3 a block that is no HPACK", "COMPRESSION_ERROR", frame(HEADERS, 5, 1, 0xff, 0xff, 0xff, 0xff)),
                ends("4.3 an index that is not there", "COMPRESSION_ERROR", frame(HEADERS, 5, 1, 0x80 | 70)),
                ends("5.1 DATA on an idle stream", "PROTOCOL_ERROR", RawFrame.data(1, true, new byte[1])),
                ends("5.1 RST_STREAM on an idle stream", "PROTOCOL_ERROR", RawFrame.reset(1, "CANCEL")),
                ends("5.1 WINDOW_UPDATE on an idle stream", "PROTOCOL_ERROR", RawFrame.windowUpdate(1, 1)),
                ends("5.1 CONTINUATION on an idle stream", "PROTOCOL_ERROR", frame(CONTINUATION, 4, 1, 0x82)),
                ends("5.1 HEADERS after RST_STREAM", "STREAM_CLOSED", open(), RawFrame.reset(1, "CANCEL"), whole(1)),
                ends("5.1.1 an even stream", "PROTOCOL_ERROR", whole(2)),
                ends("5.1.1 a stream below one that was skipped to", "PROTOCOL_ERROR", whole(5), whole(3)),
                ends("5.5 a frame of another stream within a block", "PROTOCOL_ERROR", half(1), whole(3)),
                ends("5.5 an unknown frame within a block", "PROTOCOL_ERROR", half(1), zeros(99, 0, 0, 1)),
                ends("6.1 DATA on stream 0", "PROTOCOL_ERROR", RawFrame.data(0, true, new byte[1])),
                ends("6.1 more padding than DATA", "PROTOCOL_ERROR", open(), frame(DATA, 9, 1, 5, 0, 0, 0, 0)),
                ends("6.1 padded DATA without a pad length", "FRAME_SIZE_ERROR", open(), frame(DATA, PADDED, 1)),
                ends("6.2 HEADERS on stream 0", "PROTOCOL_ERROR", whole(0)),
                ends("6.2 more padding than HEADERS", "PROTOCOL_ERROR", frame(HEADERS, 5 | PADDED, 1, 9, 0x82, 0x87)),
                ends("6.2 padded HEADERS without a pad length", "FRAME_SIZE_ERROR", frame(HEADERS, 5 | PADDED, 1)),
                ends("6.2 HEADERS too short for a priority", "FRAME_SIZE_ERROR", frame(HEADERS, 5 | PRIORITIZED, 1, 0)),
                ends(
                        "5.3 HEADERS of a stream that depends on itself",
                        "PROTOCOL_ERROR",
                        frame(HEADERS, 5 | PRIORITIZED, 1, 0, 0, 0, 1, 15, 0x82, 0x84, 0x87)),
                ends("6.2 DATA within a block", "PROTOCOL_ERROR", half(1), RawFrame.data(1, true, new byte[1])),
                ends("6.3 PRIORITY on stream 0", "PROTOCOL_ERROR", RawFrame.priority(0, 1)),
                ends("6.4 RST_STREAM on stream 0", "PROTOCOL_ERROR", RawFrame.reset(0, "CANCEL")),
                ends("6.4 RST_STREAM of 3 bytes", "FRAME_SIZE_ERROR", open(), zeros(RST_STREAM, 0, 1, 3)),
                ends("6.5 SETTINGS on a stream", "PROTOCOL_ERROR", zeros(SETTINGS, 0, 1, 0)),
                ends("6.5 SETTINGS of 3 bytes", "FRAME_SIZE_ERROR", zeros(SETTINGS, 0, 0, 3)),
                ends("6.5 an acknowledgement with a payload", "FRAME_SIZE_ERROR", zeros(SETTINGS, ACK, 0, 6)),
                ends("6.5.2 ENABLE_PUSH 2", "PROTOCOL_ERROR", RawFrame.settings(2, 2)),
                ends("6.5.2 INITIAL_WINDOW_SIZE 2^31", "FLOW_CONTROL_ERROR", RawFrame.settings(4, 1 << 31)),
                ends("6.5.2 MAX_FRAME_SIZE 16383", "PROTOCOL_ERROR", RawFrame.settings(5, MOST - 1)),
                ends("6.5.2 MAX_FRAME_SIZE 2^24", "PROTOCOL_ERROR", RawFrame.settings(5, 1 << 24)),
                ends("8441 ENABLE_CONNECT_PROTOCOL 2", "PROTOCOL_ERROR", RawFrame.settings(8, 2)),
                ends("6.6 PUSH_PROMISE", "PROTOCOL_ERROR", open(), zeros(PUSH_PROMISE, END_HEADERS, 1, 4)),
                ends("6.7 PING on a stream", "PROTOCOL_ERROR", zeros(PING, 0, 1, 8)),
                ends("6.7 PING of 6 bytes", "FRAME_SIZE_ERROR", zeros(PING, 0, 0, 6)),
                ends("6.8 GOAWAY on a stream", "PROTOCOL_ERROR", zeros(GOAWAY, 0, 1, 8)),
                ends("6.8 GOAWAY of 7 bytes", "FRAME_SIZE_ERROR", zeros(GOAWAY, 0, 0, 7)),
                ends("6.9 WINDOW_UPDATE by 0 of the connection", "PROTOCOL_ERROR", RawFrame.windowUpdate(0, 0)),
                ends("6.9 WINDOW_UPDATE of 3 bytes", "FRAME_SIZE_ERROR", zeros(WINDOW_UPDATE, 0, 0, 3)),
                ends(
                        "6.9.1 the connection's window above 2^31-1",
                        "FLOW_CONTROL_ERROR",
                        RawFrame.windowUpdate(0, Integer.MAX_VALUE)),
                ends(
                        "6.9.2 a stream's window above 2^31-1 by SETTINGS",
                        "FLOW_CONTROL_ERROR",
                        open(),
                        RawFrame.windowUpdate(1, Integer.MAX_VALUE - 65535),
                        RawFrame.settings(4, 65536)),
                ends("6.10 CONTINUATION after a whole block", "PROTOCOL_ERROR", whole(1), zeros(CONTINUATION, 4, 1, 0)),
                ends("6.10 CONTINUATION on stream 0", "PROTOCOL_ERROR", half(1), zeros(CONTINUATION, 4, 0, 0)),
                ends("6.10 CONTINUATION of another stream", "PROTOCOL_ERROR", half(1), zeros(CONTINUATION, 4, 3, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connectionErrors")
    void theConnectionEnds(String name, String code, RawFrame[] frames) throws Exception {
        stage.origin().answer(Script.ok("ok"));
        stage.ends(code, code.toLowerCase(Locale.ROOT), frames);
    }

    static List<Arguments> streamErrors() {
        return List.of(
                ends(
                        "5.1 DATA on a half-closed stream",
                        "STREAM_CLOSED",
                        whole(1),
                        RawFrame.data(1, true, new byte[1])),
                ends("5.1 HEADERS on a half-closed stream", "STREAM_CLOSED", whole(1), whole(1)),
                ends(
                        "5.1 DATA after RST_STREAM",
                        "STREAM_CLOSED",
                        open(),
                        RawFrame.reset(1, "CANCEL"),
                        RawFrame.data(1, true, new byte[1])),
                ends("5.3 a stream that depends on itself", "PROTOCOL_ERROR", open(), RawFrame.priority(1, 1)),
                ends("6.3 PRIORITY of 4 bytes", "FRAME_SIZE_ERROR", open(), zeros(PRIORITY, 0, 1, 4)),
                ends("6.9 WINDOW_UPDATE by 0", "PROTOCOL_ERROR", open(), RawFrame.windowUpdate(1, 0)),
                ends(
                        "6.9.1 a window above 2^31-1",
                        "FLOW_CONTROL_ERROR",
                        open(),
                        RawFrame.windowUpdate(1, Integer.MAX_VALUE)),
                ends(
                        "8.1 HEADERS within a body without END_STREAM",
                        "PROTOCOL_ERROR",
                        open(),
                        RawFrame.headers(1, false, RawBlock.of("x", "y"))),
                ends(
                        "8.1 a pseudo-header field in trailers",
                        "PROTOCOL_ERROR",
                        open(),
                        RawFrame.headers(1, true, RawBlock.of(":path", "/"))),
                ends(
                        "8.2 a name in upper case in trailers",
                        "PROTOCOL_ERROR",
                        open(),
                        RawFrame.headers(1, true, RawBlock.of("X", "y"))),
                ends(
                        "8.1.1 less DATA than Content-Length",
                        "PROTOCOL_ERROR",
                        RawFrame.headers(1, false, RawBlock.request("POST", "/", "content-length", "2")),
                        RawFrame.data(1, true, new byte[1])),
                ends(
                        "8.1.1 more DATA than Content-Length",
                        "PROTOCOL_ERROR",
                        RawFrame.headers(1, false, RawBlock.request("POST", "/", "content-length", "2")),
                        RawFrame.data(1, false, new byte[3])));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("streamErrors")
    void theStreamAloneEnds(String name, String code, RawFrame[] frames) throws Exception {
        stage.origin().answer(Script.ok("ok"));
        stage.origin().hold();
        try (RawHttp2 client = stage.client()) {
            client.send(frames);
            assertThat(client.reset(1)).isEqualTo(code);
            stage.origin().release();
            client.stream();
            assertThat(client.answer(client.get("/")).body()).isEqualTo("ok");
        } finally {
            stage.origin().release();
        }
    }

    static List<Arguments> fine() {
        byte[] block = RawBlock.get("/").toBytes();
        byte[] first = java.util.Arrays.copyOf(block, 3);
        byte[] rest = java.util.Arrays.copyOfRange(block, 3, block.length);
        return List.of(
                Arguments.of("4.1 an unknown frame", new RawFrame[] {zeros(0xfe, 0xff, 0, 5), whole(1)}),
                Arguments.of("4.1 an unknown frame on a stream", new RawFrame[] {zeros(0xfe, 0xff, 1, 5), whole(1)}),
                Arguments.of("4.1 the reserved bit", new RawFrame[] {new RawFrame(HEADERS, 5, 1 | 1 << 31, block)}),
                Arguments.of("4.1 unknown flags", new RawFrame[] {new RawFrame(HEADERS, 5 | 0x92 & ~PADDED, 1, block)}),
                Arguments.of("4.2 a frame of 16384", new RawFrame[] {zeros(99, 0, 0, MOST), whole(1)}),
                Arguments.of("5.1 PRIORITY on an idle stream", new RawFrame[] {RawFrame.priority(9, 1), whole(1)}),
                Arguments.of(
                        "5.3 PRIORITY",
                        new RawFrame[] {open(), RawFrame.priority(1, 3), RawFrame.data(1, true, new byte[0])}),
                Arguments.of("5.3 HEADERS with a priority", new RawFrame[] {
                    new RawFrame(HEADERS, 5 | PRIORITIZED, 1, concat(new byte[] {0, 0, 0, 3, 15}, block))
                }),
                Arguments.of("6.1 padded DATA", new RawFrame[] {open(), frame(DATA, 9, 1, 2, 'a', 0, 0)}),
                Arguments.of("6.1 DATA of padding alone", new RawFrame[] {open(), frame(DATA, 9, 1, 2, 0, 0)}),
                Arguments.of("6.2 padded HEADERS", new RawFrame[] {
                    new RawFrame(HEADERS, 5 | PADDED, 1, concat(new byte[] {2}, concat(block, new byte[2])))
                }),
                Arguments.of("6.5.3 empty SETTINGS", new RawFrame[] {RawFrame.settings(), whole(1)}),
                Arguments.of(
                        "6.5.2 unknown settings", new RawFrame[] {RawFrame.settings(0x1234, 7, 0xffff, -1), whole(1)}),
                Arguments.of(
                        "6.5.2 the last of several values counts",
                        new RawFrame[] {RawFrame.settings(4, 0, 4, 100), whole(1)}),
                Arguments.of(
                        "6.7 an answer to a PING that nobody sent", new RawFrame[] {zeros(PING, ACK, 0, 8), whole(1)}),
                Arguments.of("6.8 GOAWAY, and still an answer", new RawFrame[] {whole(1), zeros(GOAWAY, 0, 0, 8)}),
                Arguments.of("6.10 a block in three pieces", new RawFrame[] {
                    new RawFrame(HEADERS, END_STREAM, 1, first),
                    zeros(CONTINUATION, 0, 1, 0),
                    new RawFrame(CONTINUATION, END_HEADERS, 1, rest)
                }),
                Arguments.of(
                        "8.1 trailers", new RawFrame[] {open(), RawFrame.headers(1, true, RawBlock.of("x", "y"))}));
    }

    private static byte[] concat(byte[] a, byte[] b) {
        return java.nio.ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("fine")
    void theRequestIsAnswered(String name, RawFrame[] frames) throws Exception {
        stage.origin().answer(Script.ok("ok"));
        try (RawHttp2 client = stage.client()) {
            client.send(frames);
            assertThat(client.answer(1).body()).isEqualTo("ok");
            assertThat(client.soFar(1).reset()).isEmpty();
        }
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that make work out of proportion, each beside one that behaves and must not notice. */
class Http2FloodsWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Http2Stage.product("");

    private final Http2Stage stage = new Http2Stage(PROXY);
    private Http2Neighbour neighbour;

    @BeforeEach
    void aNeighbour() throws Exception {
        neighbour = Http2Neighbour.of(stage);
    }

    @AfterEach
    void theNeighbourNoticedNothing() throws Exception {
        neighbour.noticedNothing();
    }

    private static byte[] repeated(int times, IntFunction<RawFrame[]> frames) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.writeBytes(RawHttp2.bytes(frames.apply(i)));
        }
        return out.toByteArray();
    }

    private static RawFrame[] one(RawFrame... frames) {
        return frames;
    }

    private static RawFrame post(int i, String... more) {
        return RawFrame.headers(2 * i + 1, false, RawBlock.request("POST", "/victim", more));
    }

    private static RawFrame continuation(int stream, byte[] bytes) {
        return new RawFrame(RawFrame.CONTINUATION, 0, stream, bytes);
    }

    private static Arguments flood(String name, String kind, int times, IntFunction<RawFrame[]> frames) {
        return Arguments.of(name, kind, repeated(times, frames));
    }

    private static List<Arguments> floods() {
        RawFrame begun = new RawFrame(
                RawFrame.HEADERS,
                RawFrame.END_STREAM,
                1,
                RawBlock.get("/victim").toBytes());
        byte[] field = RawBlock.of("x-field", "v".repeat(4000)).toBytes();
        return List.of(
                flood("t11 rapid reset", "rapid_reset", 600, i -> one(post(i), RawFrame.reset(2 * i + 1, "CANCEL"))),
                flood(
                        "t11 rapid reset of whole requests",
                        "rapid_reset",
                        600,
                        i -> one(
                                RawFrame.headers(2 * i + 1, true, RawBlock.get("/victim")),
                                RawFrame.reset(2 * i + 1, "CANCEL"))),
                flood(
                        "t12 a window that overflows",
                        "made_reset",
                        600,
                        i -> one(post(i), RawFrame.windowUpdate(2 * i + 1, Integer.MAX_VALUE))),
                flood(
                        "t12 a window update by 0",
                        "made_reset",
                        600,
                        i -> one(post(i), RawFrame.windowUpdate(2 * i + 1, 0))),
                flood(
                        "t12 a stream that depends on itself",
                        "made_reset",
                        600,
                        i -> one(post(i), RawFrame.priority(2 * i + 1, 2 * i + 1))),
                flood(
                        "t12 PRIORITY of the wrong length",
                        "made_reset",
                        600,
                        i -> one(post(i), new RawFrame(RawFrame.PRIORITY, 0, 2 * i + 1, new byte[3]))),
                flood(
                        "t12 data beyond Content-Length",
                        "made_reset",
                        600,
                        i -> one(post(i, "content-length", "1"), RawFrame.data(2 * i + 1, false, new byte[2]))),
                flood(
                        "t12 data behind the end",
                        "made_reset",
                        600,
                        i -> one(
                                RawFrame.headers(2 * i + 1, true, RawBlock.get("/victim")),
                                RawFrame.data(2 * i + 1, false, new byte[1]))),
                flood(
                        "t12 HEADERS behind the end",
                        "made_reset",
                        600,
                        i -> one(
                                RawFrame.headers(2 * i + 1, true, RawBlock.get("/victim")),
                                RawFrame.headers(2 * i + 1, true, RawBlock.get("/victim")))),
                flood(
                        "t12 malformed requests",
                        "made_reset",
                        600,
                        i -> one(RawFrame.headers(2 * i + 1, true, RawBlock.get("/victim", "X", "y")))),
                flood(
                        "t13 CONTINUATION without end",
                        "continuation",
                        60,
                        i -> one(i == 0 ? begun : continuation(1, field))),
                flood(
                        "t13 empty CONTINUATION without end",
                        "continuation",
                        200,
                        i -> one(i == 0 ? begun : continuation(1, new byte[0]))),
                flood("t14 PING", "ping", 5000, i -> one(RawFrame.ping())),
                flood("t14 SETTINGS", "settings", 5000, i -> one(RawFrame.settings(4, 65535 + i % 2))),
                flood("t14 acknowledged SETTINGS", "settings", 5000, i -> one(new RawFrame(4, 1, 0, new byte[0]))),
                flood("t14 PRIORITY", "priority", 5000, i -> one(RawFrame.priority(2 * i + 1, 0))),
                flood("t14 WINDOW_UPDATE", "window_update", 5000, i -> one(RawFrame.windowUpdate(0, 1))),
                flood("t14 unknown frames", "unknown_frame", 5000, i -> one(new RawFrame(0xfa, 0, 0, new byte[8]))),
                flood(
                        "t14 empty DATA",
                        "empty_data",
                        500,
                        i -> one(i == 0 ? post(0) : RawFrame.data(1, false, new byte[0]))),
                flood(
                        "t14 DATA of padding alone",
                        "empty_data",
                        500,
                        i -> one(
                                i == 0 ? post(0) : new RawFrame(RawFrame.DATA, RawFrame.PADDED, 1, new byte[] {1, 0}))),
                flood("t16 streams beyond the limit", "made_reset", 1000, i -> one(post(i))));
    }

    private static List<Arguments> floodsOf(String rule) {
        return floods().stream()
                .filter(flood -> flood.get()[0].toString().startsWith(rule))
                .toList();
    }

    static List<Arguments> rapidResets() {
        return floodsOf("t11");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rapidResets")
    void t11RapidResetsEndTheirConnection(String name, String kind, byte[] bytes) throws Exception {
        flooded(kind, bytes);
    }

    static List<Arguments> madeResets() {
        return floodsOf("t12");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("madeResets")
    void t12ResetsThatWeAreMadeToSendEndTheirConnection(String name, String kind, byte[] bytes) throws Exception {
        flooded(kind, bytes);
    }

    static List<Arguments> continuations() {
        return floodsOf("t13");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("continuations")
    void t13ContinuationsWithoutEndEndTheirConnection(String name, String kind, byte[] bytes) throws Exception {
        flooded(kind, bytes);
    }

    static List<Arguments> controls() {
        return floodsOf("t14");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("controls")
    void t14FramesThatCarryNothingEndTheirConnection(String name, String kind, byte[] bytes) throws Exception {
        flooded(kind, bytes);
    }

    static List<Arguments> refusals() {
        return floodsOf("t16");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void t16StreamsFarBeyondTheLimitEndTheirConnection(String name, String kind, byte[] bytes) throws Exception {
        flooded(kind, bytes);
    }

    /** The connection that sends {@code bytes} ends, and is counted. */
    private void flooded(String kind, byte[] bytes) throws IOException {
        double before = stage.broken(kind);
        try (RawHttp2 client = stage.client()) {
            client.sendAsFarAsItGoes(bytes);
            assertThat(client.goAwayAndClose()).isEqualTo("ENHANCE_YOUR_CALM");
        }
        stage.awaitBroken(kind, before + 1);
    }

    /** What a client may do that fetches much and tells its windows often. */
    @Test
    void t14WindowUpdatesThatDataExplainsAreNoFlood() throws Exception {
        String body = "d".repeat(12 * 1024 * 1024);
        stage.origin().answer(Script.ok(body));
        try (RawHttp2 client = stage.client().silent()) {
            int stream = client.get("/large");
            RawHttp2Answer answer = client.soFar(stream);
            while (!answer.isEnded()) {
                RawFrame frame = client.next();
                assertThat(frame.type()).isNotEqualTo(RawFrame.GOAWAY);
                int length = frame.type() == RawFrame.DATA ? frame.payload().length : 0;
                for (int left = length; left > 0 && !answer.isEnded(); left -= 4096) {
                    int piece = Math.min(left, 4096);
                    client.send(RawFrame.windowUpdate(0, piece), RawFrame.windowUpdate(stream, piece));
                }
            }
            assertThat(answer.body()).hasSize(body.length());
        }
    }

    @Test
    void t11WhatAConnectionEarnedLongAgoDoesNotPayForAFlood() throws Exception {
        try (RawHttp2 client = stage.client()) {
            for (int round = 0; round < 20; round++) {
                byte[] requests = repeated(100, i -> one(RawFrame.headers(client.stream(), true, RawBlock.get("/"))));
                client.sendBytes(requests);
                int last = client.get("/");
                client.answer(last);
                client.ping();
            }
            // 2,000 streams in a few seconds excuse as many resets as half of them, and no more.
            int first = client.stream();
            client.sendAsFarAsItGoes(repeated(
                    4000,
                    i -> one(
                            RawFrame.headers(first + 2 + 2 * i, true, RawBlock.get("/victim")),
                            RawFrame.reset(first + 2 + 2 * i, "CANCEL"))));
            assertThat(client.goAwayAndClose()).isEqualTo("ENHANCE_YOUR_CALM");
        }
    }
}

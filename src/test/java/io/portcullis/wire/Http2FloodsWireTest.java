package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.of;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
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
    private RawHttp2 neighbour;
    private int open;

    /** The one who behaves: a stream in the middle of its body, and more requests while the flood runs. */
    @BeforeEach
    void aNeighbour() throws Exception {
        stage.origin().answer(Script.echo());
        neighbour = stage.client();
        open = neighbour.open(false, RawBlock.request("POST", "/neighbour"));
        neighbour.data(open, false, "half ");
        assertThat(neighbour.answer(neighbour.get("/before")).status()).isEqualTo(200);
    }

    @AfterEach
    void theNeighbourNoticedNothing() throws Exception {
        try (RawHttp2 client = neighbour) {
            assertThat(client.answer(client.get("/after")).status()).isEqualTo(200);
            client.data(open, true, "and whole");
            assertThat(client.answer(open).body()).isEqualTo("half and whole");
            assertThat(client.seen()).extracting(RawFrame::type).doesNotContain(RawFrame.GOAWAY);
        }
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
        return of(name, kind, repeated(times, frames));
    }

    static List<Arguments> floods() {
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

    @ParameterizedTest(name = "{0}")
    @MethodSource("floods")
    void t11AFloodEndsItsConnectionAndIsCounted(String name, String kind, byte[] bytes) throws Exception {
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

    @Test
    void t16BeyondMaxStreamsStreamsAreRefusedAndTheOthersServed() throws Exception {
        stage.origin().hold();
        try (RawHttp2 client = stage.client()) {
            client.sendBytes(repeated(200, i -> one(RawFrame.headers(client.stream(), true, RawBlock.get("/")))));
            for (int i = 128; i < 200; i++) {
                assertThat(client.reset(2 * i + 1)).isEqualTo("REFUSED_STREAM");
            }
            stage.origin().release();
            for (int i = 0; i < 128; i++) {
                assertThat(client.answer(2 * i + 1).status()).isEqualTo(200);
            }
        } finally {
            stage.origin().release();
        }
    }

    static List<Arguments> bombs() {
        return List.of(
                of("bytes", "x-a", "v".repeat(1000), 60),
                of("count", "x-a", "", 200),
                of("cookie crumbs", "cookie", "a=1", 200),
                of("empty cookie crumbs", "cookie", "", 500));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void t20TooManyOrTooLargeFieldsAre431(String name, String field, String value, int times) throws Exception {
        Sight before = Sight.of(stage.origin());
        RawBlock bomb = RawBlock.get("/victim");
        for (int i = 0; i < times; i++) {
            bomb.field(field, value);
        }
        try (RawHttp2 client = stage.client()) {
            int stream = client.stream();
            byte[] bytes = bomb.toBytes();
            int first = Math.min(bytes.length, 16000);
            client.send(new RawFrame(
                    RawFrame.HEADERS,
                    first == bytes.length ? 5 : RawFrame.END_STREAM,
                    stream,
                    java.util.Arrays.copyOf(bytes, first)));
            for (int at = first; at < bytes.length; at += 16000) {
                int end = Math.min(at + 16000, bytes.length);
                client.sendAsFarAsItGoes(new RawFrame(
                                RawFrame.CONTINUATION,
                                end == bytes.length ? RawFrame.END_HEADERS : 0,
                                stream,
                                java.util.Arrays.copyOfRange(bytes, at, end))
                        .toBytes());
            }
            if (bytes.length < 50000) {
                assertThat(client.answer(stream).status()).isEqualTo(431);
            } else {
                assertThat(client.goAwayAndClose()).isEqualTo("ENHANCE_YOUR_CALM");
            }
        }
        assertThat(stage.origin().awaitHeads(0)).hasSize(before.heads());
    }

    @Test
    void t20AFieldOfTheTableNamedWithoutEndIs431AndTheTableStaysRight() throws Exception {
        try (RawHttp2 client = stage.client()) {
            RawBlock bomb = RawBlock.get("/victim").remembered("x-bomb", "b".repeat(3000));
            for (int i = 0; i < 10000; i++) {
                bomb.indexed(62);
            }
            assertThat(client.answer(client.open(true, bomb)).status()).isEqualTo(431);
            assertThat(client.answer(client.open(true, RawBlock.get("/").indexed(62)))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(stage.origin().requests().getLast().value("x-bomb")).hasSize(3000);
    }

    @Test
    void t15AClientThatReadsNoAnswersIsNotReadAnyMore() throws Exception {
        try (RawHttp2 client = RawHttp2.over(
                        RawClient.plain(new InetSocketAddress("127.0.0.1", PROXY.port("plain")), 4096))
                .begin()) {
            byte[] asking = repeated(
                    400_000,
                    i -> one(RawFrame.headers(
                            client.stream(), true, RawBlock.request("OPTIONS", "/", "max-forwards", "0"))));
            assertThat(client.wire().flood(asking, asking.length, Duration.ofSeconds(1)))
                    .isLessThan(asking.length);
            client.silent();
            // Whoever reads again gets the answers.
            assertThat(client.answer(1).status()).isEqualTo(200);
            assertThat(client.answer(4001).status()).isEqualTo(200);
        }
    }

    @Test
    void t17ATinyHeaderListOfThePeerIsAdviceOnly() throws IOException {
        stage.origin().respond("HTTP/1.1 200 OK\r\nX-Long: " + "l".repeat(2000) + "\r\nContent-Length: 2\r\n\r\nok");
        try (RawHttp2 client = stage.client().send(RawFrame.settings(6, 1, 1, 0))) {
            RawHttp2Answer answer = client.answer(client.get("/"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.value("x-long")).hasSize(2000);
        } finally {
            stage.origin().answer(Script.echo());
        }
    }
}

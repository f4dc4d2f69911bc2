package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
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

/** What costs more than it looks like: header bombs, streams beyond the limit, answers that nobody reads. */
class Http2BombsWireTest {
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
                Arguments.of("bytes", "x-a", "v".repeat(1000), 60),
                Arguments.of("count", "x-a", "", 200),
                Arguments.of("cookie crumbs", "cookie", "a=1", 200),
                Arguments.of("empty cookie crumbs", "cookie", "", 500));
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
        try (RawHttp2 client = RawHttp2.over(RawClient.plain(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), PROXY.port("plain")), 4096))
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

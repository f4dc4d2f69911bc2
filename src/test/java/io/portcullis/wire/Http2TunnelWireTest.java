package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket by extended CONNECT (RFC 8441) to an origin that speaks HTTP/1.1. */
class Http2TunnelWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Http2Stage.product(
            """
            routes = [
              { path = "/own", respond { status = 200, body = "own" } }
              { upstream = app }
            ]
            """);

    private final Http2Stage stage = new Http2Stage(PROXY);

    private static RawBlock ask(String path, String... more) {
        RawBlock block = RawBlock.of(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "https",
                ":path",
                path,
                ":authority",
                "example.com",
                "sec-websocket-version",
                "13");
        for (int i = 0; i < more.length; i += 2) {
            block.field(more[i], more[i + 1]);
        }
        return block;
    }

    private static String accept(Turn turn) {
        try {
            String key = Objects.requireNonNull(turn.head().value("Sec-WebSocket-Key"));
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void tunnel(Turn turn) throws IOException {
        turn.send(accept(turn)).echoRaw();
    }

    @Test
    void e11BytesPassBothWaysAfterTheOriginsAcceptance() throws Exception {
        stage.origin().answer(Http2TunnelWireTest::tunnel);
        try (RawHttp2 client = stage.secure()) {
            assertThat(client.nextOf(RawFrame.SETTINGS).payload()).containsSubsequence(0, 8, 0, 0, 0, 1);
            int stream = client.open(false, ask("/chat?a=b", "sec-websocket-protocol", "chat"));
            RawHttp2Answer answer = client.await(stream, so -> so.status() != 0);
            assertThat(answer.status()).isEqualTo(200);
            for (String name : List.of("upgrade", "connection", "sec-websocket-accept", "content-length")) {
                assertThat(answer.values(name)).as(name).isEmpty();
            }
            client.data(stream, false, "\0\r\n\r\nGET / HTTP/1.1");
            client.await(stream, so -> so.body().equals("\0\r\n\r\nGET / HTTP/1.1"));
            client.data(stream, false, "x".repeat(16_000));
            client.await(stream, so -> so.body().length() == 16_019);
            client.data(stream, true, "");
            assertThat(client.answer(stream).isEnded()).isTrue();
        }
        RawRequest seen = stage.origin().requests().getLast();
        assertThat(seen.head().startLine()).isEqualTo("GET /chat?a=b HTTP/1.1");
        assertThat(seen.values("Upgrade")).containsExactly("websocket");
        assertThat(seen.value("Sec-WebSocket-Key")).hasSize(24);
        assertThat(seen.value("Sec-WebSocket-Protocol")).isEqualTo("chat");
        assertThat(seen.head().raw()).doesNotContain(":protocol");
    }

    @Test
    void e04BytesSentAheadWaitForTheAcceptance() throws Exception {
        stage.origin().answer(Http2TunnelWireTest::tunnel);
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, ask("/"));
            client.data(stream, false, "early");
            client.await(stream, so -> so.body().equals("early"));
            long ended = stage.endedAtOrigin();
            client.send(RawFrame.reset(stream, "CANCEL"));
            stage.awaitEndAtOrigin(ended);
        }
    }

    @Test
    void aClientsEndReachesTheOriginAndItsLastBytesTheClient() throws Exception {
        stage.origin().answer(turn -> {
            turn.send(accept(turn));
            StringBuilder all = new StringBuilder();
            for (String some = turn.readSome(100); !some.isEmpty(); some = turn.readSome(100)) {
                all.append(some);
            }
            turn.send("after the end: " + all).close();
        });
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, ask("/"));
            client.data(stream, false, "one ").data(stream, true, "two");
            assertThat(client.answer(stream).body()).isEqualTo("after the end: one two");
            assertThat(client.soFar(stream).isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"403, 403", "426, 426", "301, 301", "200, 502", "204, 502"})
    void e03WhatTheOriginSaysInsteadOf101IsNoTunnel(int said, int told) throws Exception {
        String body = said == 204 ? "\r\n" : "Content-Length: 2\r\n\r\nno";
        stage.origin().respond("HTTP/1.1 " + said + " X\r\nLocation: /x\r\n" + body);
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, ask("/"));
            client.data(stream, false, "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.answer(stream).status()).isEqualTo(told);
            assertThat(client.reset(stream)).isEqualTo("NO_ERROR");
            stage.origin().answer(Script.ok("ok"));
            assertThat(client.answer(client.get("/")).status()).isEqualTo(200);
        }
        assertThat(stage.origin().requests()).noneMatch(seen -> seen.target().equals("/smuggled"));
    }

    @Test
    void e03AnAnswerOfOurOwnIsNoTunnel() throws Exception {
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, ask("/own"));
            assertThat(client.reset(stream)).isNotEqualTo("NO_ERROR");
            assertThat(client.soFar(stream).status()).isZero();
            assertThat(client.answer(client.get("/own")).body()).isEqualTo("own");
        }
    }

    @Test
    void e08A101WithoutProofIs502() throws Exception {
        stage.origin()
                .respond("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n");
        try (RawHttp2 client = stage.client()) {
            assertThat(client.answer(client.open(false, ask("/"))).status()).isEqualTo(502);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"connect-udp", "WebSocket", "h2c", ""})
    void e11AnyOtherProtocolIsRefused(String protocol) throws Exception {
        RawBlock block = RawBlock.of(
                ":method", "CONNECT", ":protocol", protocol, ":scheme", "https", ":path", "/", ":authority", "a");
        try (RawHttp2 client = stage.client()) {
            assertThat(client.answer(client.open(false, block)).status()).isEqualTo(400);
        }
    }

    @Test
    void e08AnotherVersionIs426() throws Exception {
        RawBlock block = RawBlock.of(
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "https",
                ":path",
                "/",
                ":authority",
                "a",
                "sec-websocket-version",
                "8");
        try (RawHttp2 client = stage.client()) {
            RawHttp2Answer answer = client.answer(client.open(false, block));
            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.value("sec-websocket-version")).isEqualTo("13");
        }
    }

    @Test
    void e09ATunnelWithALengthIsRefused() throws Exception {
        try (RawHttp2 client = stage.client()) {
            assertThat(client.answer(client.open(false, ask("/", "content-length", "3")))
                            .status())
                    .isEqualTo(400);
            assertThat(client.answer(client.open(true, ask("/"))).status()).isEqualTo(400);
        }
    }

    @Test
    void theClientsOwnKeyIsNotUsed() throws Exception {
        stage.origin().answer(Http2TunnelWireTest::tunnel);
        int before = stage.origin().requestCount();
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, ask("/", "sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="));
            assertThat(client.await(stream, so -> so.status() != 0).status()).isEqualTo(200);
            client.data(stream, true, "");
            client.answer(stream);
        }
        Await.until(() -> stage.origin().requestCount() > before, "the request");
        assertThat(stage.origin().requests().getLast().values("Sec-WebSocket-Key"))
                .singleElement()
                .asString()
                .isNotEqualTo("dGhlIHNhbXBsZSBub25jZQ==");
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TextClient;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route bounds otherwise than its listener and its upstream. */
class RouteLimitsWireTest {
    private static final Http2Origin ORIGIN2 = Http2Origin.start();

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension()
            .word("origin2", ORIGIN2.address())
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                    upstreams.one { endpoints = ["{origin}"], first-byte-timeout = 1 h, retries.on = [] }
                    upstreams.two { endpoints = ["{origin2}"], protocol = h2c, first-byte-timeout = 1 h, retries.on = [] }
                    upstreams.hasty { endpoints = ["{origin}"], first-byte-timeout = 100 ms, retries.on = [] }
                    limits.request-body = 100 B
                    routes = [
                      { host = one.example, upstream = one, limits.request-body = 10 B }
                      { host = two.example, upstream = two, limits.request-body = 10 B }
                      { host = one.example, path = "/quick", upstream = one, timeouts.first-byte = 200 ms }
                      { host = two.example, path = "/quick", upstream = two, timeouts.first-byte = 200 ms }
                      { host = one.example, path = "/slow", upstream = hasty, timeouts.first-byte = 1 h }
                      { host = one.example, path = "/large", upstream = one, limits.request-body = 1 KiB }
                    ]
                    access-log { format = off }
                    """);

    @AfterAll
    static void closeOrigin() throws IOException {
        ORIGIN2.close();
    }

    @BeforeEach
    void answer() {
        PROXY.origin().answer(Script.ok("ok"));
        ORIGIN2.respond("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    private static TextClient.Answer ask(boolean http2, String request) throws IOException {
        try (TextClient client = TextClient.of(http2, PROXY.port("plain"))) {
            return client.send(request).answer();
        }
    }

    private static String post(String host, String path, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + length + "\r\n\r\n"
                + "x".repeat(length);
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatSaysItIsTooLargeGoesNowhere(ProtocolsWireTest.Way way) throws Exception {
        assertThat(ask(way.client2, post(way.host(), "/a", 10)).status()).isEqualTo(200);
        int before = PROXY.origin().requests().size() + ORIGIN2.turns().size();
        TextClient.Answer answer = ask(way.client2, post(way.host(), "/a", 11));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(PROXY.origin().requests().size() + ORIGIN2.turns().size()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void f28ABodyThatGrowsTooLargeIsNeverTakenForWhole(ProtocolsWireTest.Way way) throws Exception {
        try (TextClient client = TextClient.of(way.client2, PROXY.port("plain"))) {
            client.begin("POST /grows HTTP/1.1\r\nHost: " + way.host() + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.piece("12345678").piece("9abcdef");
            assertThat(client.answer().status()).isEqualTo(413);
        }
        assertThat(PROXY.origin().requests())
                .noneMatch(request -> request.target().equals("/grows"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofBothLimitsTheSmallerHolds(boolean http2) throws Exception {
        assertThat(ask(http2, post("one.example", "/large", 100)).status()).isEqualTo(200);
        assertThat(ask(http2, post("one.example", "/large", 101)).status()).isEqualTo(413);
    }

    @Test
    void whatPassesThroughATunnelIsNoBody() throws Exception {
        PROXY.origin()
                .answer(Script.tunnel("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
        try (RawClient client = RawClient.plain(PROXY.port("plain"))) {
            client.send("GET /chat HTTP/1.1\r\nHost: one.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(client.readHead().startLine()).startsWith("HTTP/1.1 101");
            client.send("0123456789abcdef");
            assertThat(client.readExactly(16)).isEqualTo("0123456789abcdef");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRouteWaitsShorterThanItsUpstreamWould(ProtocolsWireTest.Way way) throws Exception {
        PROXY.origin().hold();
        ORIGIN2.answer(turn -> {});
        TextClient.Answer answer = ask(way.client2, "GET /quick HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n");
        PROXY.origin().release();
        assertThat(answer.status()).isEqualTo(504);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRouteWaitsLongerThanItsUpstreamWould(boolean http2) throws Exception {
        PROXY.origin().hold();
        CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS)
                .execute(() -> PROXY.origin().release());
        assertThat(ask(http2, "GET /slow HTTP/1.1\r\nHost: one.example\r\n\r\n").status())
                .isEqualTo(200);
    }
}

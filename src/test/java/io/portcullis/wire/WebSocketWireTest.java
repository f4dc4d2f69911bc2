package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketWireTest {
    static final String ASK = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    static final String ACCEPT = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["{origin}"] }
                    routes = [ { upstream = app } ]
                    timeouts { tunnel-idle = 1 s, request-body-idle = 1 s }
                    access-log { format = off }
                    """);

    @Test
    void e12AfterA101BytesPassBothWaysAsTheyAre() throws Exception {
        proxy.origin().answer(Script.tunnel(ACCEPT));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            RawHead head = client.readHead();
            assertThat(head.startLine()).isEqualTo("HTTP/1.1 101 Switching Protocols");
            assertThat(head.value("Upgrade")).isEqualTo("websocket");
            client.send("\0\r\n\r\nGET / HTTP/1.1");
            assertThat(client.readExactly(19)).isEqualTo("\0\r\n\r\nGET / HTTP/1.1");
        }
        assertThat(proxy.origin().awaitRequest().value("Upgrade")).isEqualTo("websocket");
    }

    @Test
    void e04BytesSentAheadWaitForThe101() throws Exception {
        proxy.origin().answer(Script.tunnel(ACCEPT));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK + "early");
            assertThat(client.readHead().startLine()).startsWith("HTTP/1.1 101");
            assertThat(client.readExactly(5)).isEqualTo("early");
        }
    }

    @Test
    void e03AnAnswerOtherThan101IsAnOrdinaryResponse() throws Exception {
        proxy.origin().answer(Script.respond("HTTP/1.1 200 OK\r\nUpgrade: websocket\r\nContent-Length: 2\r\n\r\nok"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            assertThat(client.readResponse().body()).isEqualTo("ok");
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
            })
    void e08A101WithoutProofIsRefused(String answer) throws Exception {
        proxy.origin().answer(Script.respond(answer));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            assertThat(client.readResponse().status()).isEqualTo(502);
        }
    }

    @Test
    void e02A101ThatNobodyAskedForIsRefused() throws Exception {
        proxy.origin().answer(Script.respond(ACCEPT));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(502);
        }
    }

    @Test
    void e08AnotherVersionGets426() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK.replace("Version: 13", "Version: 8"));
            var answer = client.readResponse();
            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.value("Sec-WebSocket-Version")).isEqualTo("13");
            assertThat(proxy.origin().requestCount()).isZero();
        }
    }

    @Test
    void e09AnUpgradeOnPostIsRefused() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK.replace("GET", "POST"));
            assertThat(client.readResponse().status()).isEqualTo(400);
            assertThat(proxy.origin().requestCount()).isZero();
        }
    }

    @Test
    void e10AnUpgradeToH2cIsNotPassedOn() throws Exception {
        proxy.origin().answer(Script.ok("x"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        var request = proxy.origin().awaitRequest();
        assertThat(request.value("Upgrade")).isNull();
        assertThat(request.value("HTTP2-Settings")).isNull();
        assertThat(request.value("Connection")).isNull();
    }

    @Test
    void e12ASilentTunnelIsCutAfterItsOwnTime() throws Exception {
        proxy.origin().answer(Script.tunnel(ACCEPT));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            client.readHead();
            client.awaitClose();
        }
        assertThat(proxy.scrape().sum("portcullis_failures_total", "kind", "tunnel_timeout"))
                .isEqualTo(1);
    }

    @Test
    void theOriginsCloseEndsTheTunnel() throws Exception {
        proxy.origin().answer(Script.partThenClose(ACCEPT + "bye"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            client.readHead();
            assertThat(client.readExactly(3)).isEqualTo("bye");
            client.awaitClose();
        }
    }

    @Test
    void theClientsLastBytesReachTheOriginBeforeItsClose() throws Exception {
        proxy.origin().answer(Script.tunnel(ACCEPT));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            client.readHead();
            client.send("last words");
        }
        var connection = proxy.origin().awaitConnections(1).getFirst();
        connection.awaitEnd();
        assertThat(connection.received()).endsWith("last words");
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Http2Turn;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHttp2;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies and WebSockets to and from an endpoint that speaks HTTP/2. */
class Http2EndpointBodiesWireTest {
    private static final int CONNECT_PROTOCOL = 8;
    private static final String ASK = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final Http2EndpointStage stage = new Http2EndpointStage(proxy);

    @Test
    void aClientIsStoppedByAnEndpointThatTakesNothingAndOthersAreNot() throws Exception {
        stage.start("");
        stage.origin().hoard("/slow").answer(turn -> {
            if (!"/slow".equals(turn.value(":path"))) {
                turn.respond(Http2EndpointStage.OK);
            }
        });
        try (RawClient slow = RawClient.plain(proxy.port("plain"))) {
            slow.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
            long taken = slow.flood(1 << 26, Duration.ofMillis(500));
            assertThat(taken).isLessThan(1 << 25);
            // The hoarding turn holds the connection's window too, but a request without a body needs none.
            assertThat(stage.ask(Http2EndpointStage.GET).body()).isEqualTo("ok");
        }
        assertThat(stage.origin().connections()).hasSize(1);
    }

    @Test
    void anEndpointIsStoppedByAClientThatReadsNothingAndOthersAreNot() throws Exception {
        stage.start("");
        AtomicInteger pieces = new AtomicInteger();
        String piece = "0123456789abcdef".repeat(4096);
        stage.origin().answer(turn -> {
            if ("/large".equals(turn.value(":path"))) {
                turn.head(200);
                for (int i = 0; i < 1024; i++) {
                    turn.data(piece, false);
                    pieces.incrementAndGet();
                }
            } else {
                turn.respond(Http2EndpointStage.OK);
            }
        });
        try (RawClient slow = RawClient.plain(proxy.port("plain"))) {
            slow.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            slow.readHead();
            Await.until(() -> pieces.get() > 0, "the first pieces");
            AtomicInteger last = new AtomicInteger(-1);
            Await.until(() -> last.getAndSet(settled(pieces)) == pieces.get(), "standstill");
            assertThat(pieces.get()).isLessThan(512);
            assertThat(stage.ask(Http2EndpointStage.GET).body()).isEqualTo("ok");
        }
        assertThat(stage.origin().awaitTurn().awaitReset()).isEqualTo("CANCEL");
        assertThat(stage.origin().connections()).hasSize(1);
    }

    @Test
    void aWebSocketGoesOnAsExtendedConnect() throws Exception {
        stage.start("", CONNECT_PROTOCOL, 1);
        stage.origin().answer(turn -> {
            turn.head(200).data("hello", false);
            Await.until(() -> turn.received() == 4, "four bytes");
            turn.data("bye", true);
        });
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            var head = client.readHead();
            assertThat(head.startLine()).isEqualTo("HTTP/1.1 101 Switching Protocols");
            assertThat(head.value("Sec-WebSocket-Accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
            assertThat(head.value("Upgrade")).isEqualTo("websocket");
            assertThat(client.readExactly(5)).isEqualTo("hello");
            client.send("four");
            assertThat(client.readExactly(3)).isEqualTo("bye");
            client.awaitClose();
        }
        Http2Turn turn = stage.origin().awaitTurn();
        assertThat(turn.value(":method")).isEqualTo("CONNECT");
        assertThat(turn.value(":protocol")).isEqualTo("websocket");
        assertThat(turn.value(":path")).isEqualTo("/chat");
        assertThat(turn.value("sec-websocket-version")).isEqualTo("13");
        assertThat(turn.value("sec-websocket-key")).isNull();
    }

    @Test
    void aWebSocketPassesFromHttp2ToHttp2() throws Exception {
        stage.start("", CONNECT_PROTOCOL, 1);
        stage.origin().answer(turn -> turn.head(200).data("hello", false));
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int stream = client.open(
                    false,
                    RawBlock.of(
                            ":method",
                            "CONNECT",
                            ":protocol",
                            "websocket",
                            ":scheme",
                            "http",
                            ":path",
                            "/chat",
                            ":authority",
                            "a",
                            "sec-websocket-version",
                            "13"));
            client.await(stream, answer -> answer.body().equals("hello"));
            assertThat(client.soFar(stream).status()).isEqualTo(200);
            assertThat(client.soFar(stream).value("sec-websocket-accept")).isNull();
            client.data(stream, false, "four");
            Http2Turn turn = stage.origin().awaitTurn();
            Await.until(() -> turn.received() == 4, "four bytes");
        }
        assertThat(stage.origin().awaitTurn().awaitReset()).isEqualTo("CANCEL");
    }

    @Test
    void aWebSocketIsRefusedWhereTheEndpointTakesNone() throws Exception {
        stage.start("");
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            assertThat(client.readResponse().status()).isEqualTo(502);
        }
        assertThat(stage.origin().turns()).isEmpty();
    }

    /** What {@code count} is after a while in which it did not change. */
    private static int settled(AtomicInteger count) {
        int before = count.get();
        Await.throughout(Duration.ofMillis(50), () -> true, "nothing");
        return count.get() == before ? before : -1;
    }
}

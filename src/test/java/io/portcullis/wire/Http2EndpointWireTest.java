package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Http2Turn;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an endpoint that speaks HTTP/2 may do, and what becomes of it. */
class Http2EndpointWireTest {
    private static final int MAX_STREAMS = 3;
    private static final int CONNECT_PROTOCOL = 8;
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String ASK = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private Http2Origin origin = Http2Origin.start();

    @AfterEach
    void close() throws IOException {
        origin.close();
    }

    @Test
    void manyExchangesShareOneConnection() throws Exception {
        start("");
        CountDownLatch gate = new CountDownLatch(1);
        origin.answer(turn -> {
            turn.request();
            await(gate);
            turn.respond(OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            List<Integer> streams = List.of(get(client), get(client), get(client), get(client), get(client));
            origin.awaitTurns(5);
            gate.countDown();
            for (int stream : streams) {
                assertThat(client.answer(stream).body()).isEqualTo("ok");
            }
        }
        assertThat(origin.connections()).hasSize(1);
    }

    @Test
    void theEndpointsLimitOfStreamsMakesFurtherConnections() throws Exception {
        start("", MAX_STREAMS, 2);
        CountDownLatch gate = new CountDownLatch(1);
        origin.answer(turn -> {
            await(gate);
            turn.respond(OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            List<Integer> streams = List.of(get(client), get(client), get(client), get(client), get(client));
            origin.awaitTurns(5);
            gate.countDown();
            for (int stream : streams) {
                assertThat(client.answer(stream).body()).isEqualTo("ok");
            }
        }
        assertThat(origin.connections()).hasSize(3);
    }

    @Test
    void whereNoConnectionMayBeAddedExchangesWaitForAStream() throws Exception {
        start("max-connections = 1", MAX_STREAMS, 1);
        CountDownLatch gate = new CountDownLatch(1);
        origin.answer(turn -> {
            await(gate);
            turn.respond(OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int first = get(client);
            int second = get(client);
            origin.awaitTurns(1);
            Await.until(() -> waiting() == 1, "the second waits");
            gate.countDown();
            assertThat(client.answer(first).body()).isEqualTo("ok");
            assertThat(client.answer(second).body()).isEqualTo("ok");
        }
        assertThat(origin.connections()).hasSize(1);
    }

    @Test
    void r02ARefusedStreamIsTriedAgainWhateverItsMethod() throws Exception {
        start("");
        AtomicInteger tries = new AtomicInteger();
        origin.answer(turn -> {
            if (tries.getAndIncrement() == 0) {
                turn.reset(turn.stream(), "REFUSED_STREAM");
            } else {
                turn.respond(OK);
            }
        });
        assertThat(ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                        .body())
                .isEqualTo("ok");
        assertThat(tries.get()).isEqualTo(2);
        assertThat(origin.connections()).hasSize(1);
    }

    @Test
    void r01AStreamThatIsResetOtherwiseIsNotTriedAgain() throws Exception {
        start("");
        assertThat(ask(GET).body()).isEqualTo("ok");
        origin.answer(turn -> turn.reset(turn.stream(), "INTERNAL_ERROR"));
        assertThat(ask(GET).status()).isEqualTo(502);
        assertThat(origin.turns()).hasSize(2);
    }

    @Test
    void r02GoAwaySendsNewerStreamsElsewhereAndLetsOlderOnesEnd() throws Exception {
        start("");
        CountDownLatch gate = new CountDownLatch(1);
        origin.answer(turn -> {
            if (turn.connection() == origin.connections().getFirst()) {
                if (turn.stream() == 3) {
                    turn.connection().goAway(1);
                    return;
                }
                await(gate);
            }
            turn.respond(OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int first = get(client);
            origin.awaitTurns(1);
            int second = get(client);
            assertThat(client.answer(second).body()).isEqualTo("ok");
            assertThat(client.answer(get(client)).body()).isEqualTo("ok");
            assertThat(client.soFar(first).status()).isZero();
            gate.countDown();
            assertThat(client.answer(first).body()).isEqualTo("ok");
        }
        assertThat(origin.connections()).hasSize(2);
        origin.connections().getFirst().awaitEnd();
        assertThat(origin.connections().getLast().isEnded()).isFalse();
    }

    @Test
    void r03AnIdempotentRequestIsTriedOnceMoreWhereAUsedConnectionDies() throws Exception {
        start("");
        assertThat(ask(GET).body()).isEqualTo("ok");
        AtomicInteger tries = new AtomicInteger();
        origin.answer(turn -> {
            if (tries.getAndIncrement() == 0) {
                turn.connection().close();
            } else {
                turn.respond(OK);
            }
        });
        assertThat(ask(GET).body()).isEqualTo("ok");
        assertThat(origin.connections()).hasSize(2);
        tries.set(0);
        assertThat(ask(POST).status()).isEqualTo(502);
    }

    @Test
    void f28AConnectionThatDiesCutsTheAnswersThatRan() throws Exception {
        start("");
        origin.answer(turn -> {
            turn.head(200).data("some", false);
            turn.connection().close();
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int stream = get(client);
            assertThat(client.reset(stream)).isEqualTo("INTERNAL_ERROR");
        }
    }

    @Test
    void t22AnAnswerIsWholeThoughTheEndpointWantsNoMoreOfTheRequest() throws Exception {
        start("");
        origin.answer(turn -> {
            turn.respond(OK);
            turn.reset(turn.stream(), "NO_ERROR");
        });
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx");
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
        origin.respond(OK);
        assertThat(ask(GET).status()).isEqualTo(200);
        assertThat(origin.connections()).hasSize(1);
    }

    @Test
    void t25APushEndsTheConnection() throws Exception {
        start("");
        origin.answer(turn -> turn.send(new RawFrame(
                RawFrame.PUSH_PROMISE, RawFrame.END_HEADERS, turn.stream(), new byte[] {0, 0, 0, 2, (byte) 0x82})));
        assertThat(ask(POST).status()).isEqualTo(502);
        origin.connections().getFirst().awaitEnd();
    }

    @Test
    void aHeadThatIsNoneIsABadGatewayAndHarmsNoOtherStream() throws Exception {
        start("");
        for (RawBlock bad : List.of(
                RawBlock.of("x", "y"),
                RawBlock.of(":status", "2000"),
                RawBlock.of(":status", "101"),
                RawBlock.of(":status", "200", "connection", "close"),
                RawBlock.of(":status", "200", "Upper", "case"),
                RawBlock.of(":status", "200", "content-length", "1", "content-length", "2"))) {
            origin.answer(turn -> turn.send(RawFrame.headers(turn.stream(), false, bad)));
            assertThat(ask(GET).status()).isEqualTo(502);
        }
        origin.respond(OK);
        assertThat(ask(GET).status()).isEqualTo(200);
        assertThat(origin.connections()).hasSize(1);
    }

    @Test
    void moreOrLessBodyThanContentLengthSaysIsACut() throws Exception {
        start("");
        for (String body : List.of("x", "xxx")) {
            origin.answer(turn -> turn.head(200, "content-length", "2").data(body, true));
            try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
                int stream = get(client);
                assertThat(client.reset(stream)).isEqualTo("INTERNAL_ERROR");
            }
        }
    }

    @Test
    void whoSpeaksNoHttp2IsABadGateway() throws Exception {
        proxy.start(config(proxy.origin().address(), ""));
        assertThat(ask(POST).status()).isEqualTo(502);
        assertThat(proxy.scrape().sum("portcullis_failures_total", "kind=\"connect_failed\""))
                .isEqualTo(1);
    }

    @Test
    void aSilentStreamTimesOutAndItsConnectionGoesOn() throws Exception {
        start("first-byte-timeout = 200 ms");
        origin.answer(Http2Turn::request);
        assertThat(ask(GET).status()).isEqualTo(504);
        assertThat(origin.awaitTurn().awaitReset()).isEqualTo("CANCEL");
        origin.respond(OK);
        assertThat(ask(GET).status()).isEqualTo(200);
        assertThat(origin.connections()).hasSize(1);
        assertThat(origin.connections().getFirst().seen()).anyMatch(frame -> frame.type() == RawFrame.PING);
    }

    @Test
    void anAnswerThatStallsIsCut() throws Exception {
        start("idle-body-timeout = 200 ms");
        origin.answer(turn -> turn.head(200).data("some", false));
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int stream = get(client);
            assertThat(client.answer(stream).reset()).isNotEmpty();
        }
        assertThat(origin.awaitTurn().awaitReset()).isEqualTo("CANCEL");
    }

    @Test
    void anEndpointThatTakesNothingOfARequestTimesOut() throws Exception {
        start("first-byte-timeout = 300 ms");
        origin.hoard("/").answer(turn -> {});
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
            assertThat(client.readResponse().status()).isEqualTo(504);
        }
        assertThat(proxy.scrape().sum("portcullis_failures_total", "kind=\"request_write_timeout\""))
                .isEqualTo(1);
        assertThat(origin.awaitTurn().received()).isEqualTo(65535);
    }

    @Test
    void aClientIsStoppedByAnEndpointThatTakesNothingAndOthersAreNot() throws Exception {
        start("");
        origin.hoard("/slow").answer(turn -> {
            if (!"/slow".equals(turn.value(":path"))) {
                turn.respond(OK);
            }
        });
        try (RawClient slow = RawClient.plain(proxy.port("plain"))) {
            slow.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
            long taken = slow.flood(1 << 26, Duration.ofMillis(500));
            assertThat(taken).isLessThan(1 << 25);
            // The hoarding turn holds the connection's window too, but a request without a body needs none.
            assertThat(ask(GET).body()).isEqualTo("ok");
        }
        assertThat(origin.connections()).hasSize(1);
    }

    @Test
    void anEndpointIsStoppedByAClientThatReadsNothingAndOthersAreNot() throws Exception {
        start("");
        AtomicInteger pieces = new AtomicInteger();
        String piece = "0123456789abcdef".repeat(4096);
        origin.answer(turn -> {
            if ("/large".equals(turn.value(":path"))) {
                turn.head(200);
                for (int i = 0; i < 1024; i++) {
                    turn.data(piece, false);
                    pieces.incrementAndGet();
                }
            } else {
                turn.respond(OK);
            }
        });
        try (RawClient slow = RawClient.plain(proxy.port("plain"))) {
            slow.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
            slow.readHead();
            Await.until(() -> pieces.get() > 0, "the first pieces");
            AtomicInteger last = new AtomicInteger(-1);
            Await.until(() -> last.getAndSet(settled(pieces)) == pieces.get(), "standstill");
            assertThat(pieces.get()).isLessThan(512);
            assertThat(ask(GET).body()).isEqualTo("ok");
        }
        assertThat(origin.awaitTurn().awaitReset()).isEqualTo("CANCEL");
        assertThat(origin.connections()).hasSize(1);
    }

    @Test
    void aWebSocketGoesOnAsExtendedConnect() throws Exception {
        start("", CONNECT_PROTOCOL, 1);
        origin.answer(turn -> {
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
        Http2Turn turn = origin.awaitTurn();
        assertThat(turn.value(":method")).isEqualTo("CONNECT");
        assertThat(turn.value(":protocol")).isEqualTo("websocket");
        assertThat(turn.value(":path")).isEqualTo("/chat");
        assertThat(turn.value("sec-websocket-version")).isEqualTo("13");
        assertThat(turn.value("sec-websocket-key")).isNull();
    }

    @Test
    void aWebSocketPassesFromHttp2ToHttp2() throws Exception {
        start("", CONNECT_PROTOCOL, 1);
        origin.answer(turn -> turn.head(200).data("hello", false));
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
            Http2Turn turn = origin.awaitTurn();
            Await.until(() -> turn.received() == 4, "four bytes");
        }
        assertThat(origin.awaitTurn().awaitReset()).isEqualTo("CANCEL");
    }

    @Test
    void aWebSocketIsRefusedWhereTheEndpointTakesNone() throws Exception {
        start("");
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(ASK);
            assertThat(client.readResponse().status()).isEqualTo(502);
        }
        assertThat(origin.turns()).isEmpty();
    }

    @Test
    void anIdleConnectionIsClosedWithAGoodbye() throws Exception {
        start("idle-timeout = 200 ms");
        assertThat(ask(GET).status()).isEqualTo(200);
        origin.connections().getFirst().awaitEnd();
        assertThat(origin.connections().getFirst().seen()).anyMatch(frame -> frame.type() == RawFrame.GOAWAY);
        assertThat(ask(GET).status()).isEqualTo(200);
        assertThat(origin.connections()).hasSize(2);
    }

    @Test
    void metersTellConnectionsApart() throws Exception {
        start("");
        assertThat(ask(GET).status()).isEqualTo(200);
        Await.until(() -> connections("idle") == 1 && connections("busy") == 0, "one idle connection");
        origin.connections().getFirst().close();
        Await.until(() -> connections("idle") == 0, "no connection");
    }

    private double connections(String state) {
        return sum("portcullis_endpoint_connections", "state=\"" + state + "\"");
    }

    private double waiting() {
        return sum("portcullis_upstream_waiting");
    }

    private double sum(String meter, String... labels) {
        try {
            return proxy.scrape().sum(meter, labels);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What {@code count} is after a while in which it did not change. */
    private static int settled(AtomicInteger count) {
        int before = count.get();
        Await.throughout(Duration.ofMillis(50), () -> true, "nothing");
        return count.get() == before ? before : -1;
    }

    private static void await(CountDownLatch gate) throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static int get(RawHttp2 client) throws IOException {
        return client.get("/");
    }

    private void start(String more, int... settings) throws Exception {
        if (settings.length > 0) {
            origin.close();
            origin = Http2Origin.start(settings);
        }
        proxy.start(config(origin.address(), more));
    }

    private static String config(String endpoint, String more) {
        return """
                runtime { event-loops = 1 }
                listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                upstreams.app { endpoints = ["%s"], protocol = h2c, connect-timeout = 5 s\n%s }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """
                .formatted(endpoint, more);
    }

    private RawResponse ask(String request) throws IOException {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            return client.send(request).readResponse();
        }
    }
}

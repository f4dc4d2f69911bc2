package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How connections to an endpoint that speaks HTTP/2 are shared, left, and tried again. */
class Http2EndpointWireTest {
    private static final int MAX_STREAMS = 3;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final Http2EndpointStage stage = new Http2EndpointStage(proxy);

    @Test
    void manyExchangesShareOneConnection() throws Exception {
        stage.start("");
        CountDownLatch gate = new CountDownLatch(1);
        stage.origin().answer(turn -> {
            turn.request();
            Http2EndpointStage.await(gate);
            turn.respond(Http2EndpointStage.OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            List<Integer> streams =
                    List.of(client.get("/"), client.get("/"), client.get("/"), client.get("/"), client.get("/"));
            stage.origin().awaitTurns(5);
            gate.countDown();
            for (int stream : streams) {
                assertThat(client.answer(stream).body()).isEqualTo("ok");
            }
        }
        assertThat(stage.origin().connections()).hasSize(1);
    }

    @Test
    void theEndpointsLimitOfStreamsMakesFurtherConnections() throws Exception {
        stage.start("", MAX_STREAMS, 2);
        CountDownLatch gate = new CountDownLatch(1);
        stage.origin().answer(turn -> {
            Http2EndpointStage.await(gate);
            turn.respond(Http2EndpointStage.OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            List<Integer> streams =
                    List.of(client.get("/"), client.get("/"), client.get("/"), client.get("/"), client.get("/"));
            stage.origin().awaitTurns(5);
            gate.countDown();
            for (int stream : streams) {
                assertThat(client.answer(stream).body()).isEqualTo("ok");
            }
        }
        assertThat(stage.origin().connections()).hasSize(3);
    }

    @Test
    void whereNoConnectionMayBeAddedExchangesWaitForAStream() throws Exception {
        stage.start("max-connections = 1", MAX_STREAMS, 1);
        CountDownLatch gate = new CountDownLatch(1);
        stage.origin().answer(turn -> {
            Http2EndpointStage.await(gate);
            turn.respond(Http2EndpointStage.OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int first = client.get("/");
            int second = client.get("/");
            stage.origin().awaitTurns(1);
            Await.until(() -> stage.waiting() == 1, "the second waits");
            gate.countDown();
            assertThat(client.answer(first).body()).isEqualTo("ok");
            assertThat(client.answer(second).body()).isEqualTo("ok");
        }
        assertThat(stage.origin().connections()).hasSize(1);
    }

    @Test
    void r16WhoWaitsForAStreamInVainGets503WithinTheQueuesTime() throws Exception {
        stage.start("max-connections = 1, queue-timeout = 300 ms", MAX_STREAMS, 1);
        CountDownLatch gate = new CountDownLatch(1);
        stage.origin().answer(turn -> {
            Http2EndpointStage.await(gate);
            turn.respond(Http2EndpointStage.OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int first = client.get("/");
            stage.origin().awaitTurns(1);
            long began = System.nanoTime();
            RawHttp2Answer refused = client.answer(client.get("/"));
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isBetween(Duration.ofMillis(280), Duration.ofMillis(300 + 100 + 1500));
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.values("retry-after")).containsExactly("1");
            gate.countDown();
            assertThat(client.answer(first).body()).isEqualTo("ok");
            assertThat(client.answer(client.get("/")).body()).isEqualTo("ok");
        }
        assertThat(stage.waiting()).isZero();
        assertThat(stage.origin().turns())
                .as("what was refused never went there")
                .hasSize(2);
    }

    @Test
    void r02ARefusedStreamIsTriedAgainWhateverItsMethod() throws Exception {
        stage.start("");
        AtomicInteger tries = new AtomicInteger();
        stage.origin().answer(turn -> {
            if (tries.getAndIncrement() == 0) {
                turn.reset(turn.stream(), "REFUSED_STREAM");
            } else {
                turn.respond(Http2EndpointStage.OK);
            }
        });
        assertThat(stage.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                        .body())
                .isEqualTo("ok");
        assertThat(tries.get()).isEqualTo(2);
        assertThat(stage.origin().connections()).hasSize(1);
    }

    @Test
    void r01AStreamThatIsResetOtherwiseIsNotTriedAgain() throws Exception {
        stage.start("");
        assertThat(stage.ask(Http2EndpointStage.GET).body()).isEqualTo("ok");
        stage.origin().answer(turn -> turn.reset(turn.stream(), "INTERNAL_ERROR"));
        assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(502);
        assertThat(stage.origin().turns()).hasSize(2);
    }

    @Test
    void r02GoAwaySendsNewerStreamsElsewhereAndLetsOlderOnesEnd() throws Exception {
        stage.start("");
        CountDownLatch gate = new CountDownLatch(1);
        stage.origin().answer(turn -> {
            if (turn.connection() == stage.origin().connections().getFirst()) {
                if (turn.stream() == 3) {
                    turn.connection().goAway(1);
                    return;
                }
                Http2EndpointStage.await(gate);
            }
            turn.respond(Http2EndpointStage.OK);
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int first = client.get("/");
            stage.origin().awaitTurns(1);
            int second = client.get("/");
            assertThat(client.answer(second).body()).isEqualTo("ok");
            assertThat(client.answer(client.get("/")).body()).isEqualTo("ok");
            assertThat(client.soFar(first).status()).isZero();
            gate.countDown();
            assertThat(client.answer(first).body()).isEqualTo("ok");
        }
        assertThat(stage.origin().connections()).hasSize(2);
        stage.origin().connections().getFirst().awaitEnd();
        assertThat(stage.origin().connections().getLast().isEnded()).isFalse();
    }

    @Test
    void r03AnIdempotentRequestIsTriedOnceMoreWhereAUsedConnectionDies() throws Exception {
        stage.start("");
        assertThat(stage.ask(Http2EndpointStage.GET).body()).isEqualTo("ok");
        AtomicInteger tries = new AtomicInteger();
        stage.origin().answer(turn -> {
            if (tries.getAndIncrement() == 0) {
                turn.connection().close();
            } else {
                turn.respond(Http2EndpointStage.OK);
            }
        });
        assertThat(stage.ask(Http2EndpointStage.GET).body()).isEqualTo("ok");
        assertThat(stage.origin().connections()).hasSize(2);
        tries.set(0);
        assertThat(stage.ask(Http2EndpointStage.POST).status()).isEqualTo(502);
    }

    @Test
    void anIdleConnectionIsClosedWithAGoodbye() throws Exception {
        stage.start("idle-timeout = 200 ms");
        assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(200);
        stage.origin().connections().getFirst().awaitEnd();
        assertThat(stage.origin().connections().getFirst().seen()).anyMatch(frame -> frame.type() == RawFrame.GOAWAY);
        assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(200);
        assertThat(stage.origin().connections()).hasSize(2);
    }

    @Test
    void metersTellConnectionsApart() throws Exception {
        stage.start("");
        assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(200);
        Await.until(() -> stage.connections("idle") == 1 && stage.connections("busy") == 0, "one idle connection");
        stage.origin().connections().getFirst().close();
        Await.until(() -> stage.connections("idle") == 0, "no connection");
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.OriginConnection;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a WebSocket ends: one direction after the other, all at once, or by silence. */
class TunnelEndsWireTest {
    private static final String ASK = "GET /chat HTTP/1.1\r\nHost: example.com\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String ACCEPT =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = Stage.product(
            """
            routes = [ { upstream = app } ]
            timeouts { tunnel-idle = 2 s, request-body-idle = 1 s, response-write = 5 s }
            limits.request-body = 1 KiB
            """);

    private final Stage stage = new Stage(proxy);

    /** Reads until the peer has ended its direction; returns what came. */
    private static String readToEnd(Turn turn) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String some = turn.readSome(1 << 16); !some.isEmpty(); some = turn.readSome(1 << 16)) {
            all.append(some);
        }
        return all.toString();
    }

    private OriginConnection originConnection() {
        return stage.origin().awaitConnections(1).getFirst();
    }

    /** Nothing is in flight any more, and no connection to the origin is open. */
    private void allIsFree() {
        originConnection().awaitEnd();
        Await.until(
                () -> sum("portcullis_requests_in_flight") == 0 && sum("portcullis_endpoint_connections") == 0,
                "an end of all");
    }

    private double sum(String meter, String... labels) {
        try {
            return proxy.scrape().sum(meter, labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double failures() {
        return sum("portcullis_failures_total");
    }

    @Test
    void r09WhatTheOriginSendsAfterTheClientsEndReachesTheClient() throws Exception {
        String much = "x".repeat(300_000);
        stage.origin().answer(turn -> {
            String got = readToEnd(turn.send(ACCEPT));
            turn.send("after " + got + much).close();
        });
        try (RawClient client = stage.client()) {
            client.send(ASK).readHead();
            client.send("last words").halfClose();
            assertThat(client.readAll()).isEqualTo("after last words" + much);
        }
        allIsFree();
        assertThat(failures()).isZero();
    }

    @Test
    void r09AClientThatEndsWithItsRequestGetsTheWholeTunnel() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        stage.origin().hold();
        stage.origin().answer(turn -> {
            String got = readToEnd(turn.send(ACCEPT));
            ended.countDown();
            turn.send("after " + got).close();
        });
        try (RawClient client = stage.client()) {
            client.send(ASK + "early").halfClose();
            stage.origin().awaitHeads(1);
            stage.origin().release();
            assertThat(client.readHead().startLine()).startsWith("HTTP/1.1 101 ");
            assertThat(client.readAll()).isEqualTo("after early");
        }
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        allIsFree();
    }

    @Test
    void r09WhatTheClientSendsAfterTheOriginsEndReachesTheOrigin() throws Exception {
        String much = "y".repeat(300_000);
        stage.origin().answer(turn -> {
            turn.send(ACCEPT + "bye").halfClose();
            readToEnd(turn);
            turn.close();
        });
        try (RawClient client = stage.client()) {
            client.send(ASK).readHead();
            assertThat(client.readExactly(3)).isEqualTo("bye");
            client.awaitClose();
            client.send(much + "last");
            Await.until(() -> originConnection().received().endsWith("last"), "the last words");
        }
        allIsFree();
        assertThat(originConnection().received()).endsWith("\r\n\r\n" + much + "last");
        assertThat(failures()).isZero();
    }

    @Test
    void r09OverTlsTheClientsEndIsTheEndOfBothAndItsLastBytesGoFirst() throws Exception {
        String much = "z".repeat(300_000);
        stage.origin().answer(turn -> {
            readToEnd(turn.send(ACCEPT));
            turn.close();
        });
        try (RawClient client = stage.client(Stage.Hop.SECURE)) {
            client.send(ASK).readHead();
            client.send(much + "last").halfClose();
            client.awaitClose();
        }
        allIsFree();
        assertThat(originConnection().received()).endsWith("\r\n\r\n" + much + "last");
    }

    @Test
    void r09OverTlsTheOriginsEndIsTheEndOfBothAndItsLastBytesGoFirst() throws Exception {
        String much = "z".repeat(300_000);
        stage.origin().answer(turn -> {
            turn.send(ACCEPT + much).halfClose();
            readToEnd(turn);
            turn.close();
        });
        try (RawClient client = stage.client(Stage.Hop.SECURE)) {
            client.send(ASK).readHead();
            assertThat(client.readAll()).isEqualTo(much);
        }
        allIsFree();
        assertThat(failures()).isZero();
    }

    @Test
    void r09AHalfClosedTunnelThatIsSilentIsCut() throws Exception {
        stage.origin().answer(turn -> {
            turn.send(ACCEPT).halfClose();
            turn.hang();
        });
        try (RawClient client = stage.client()) {
            client.send(ASK).readHead();
            client.awaitClose();
            originConnection().awaitEnd();
        }
        allIsFree();
        assertThat(sum("portcullis_failures_total", "kind=\"tunnel_timeout\"")).isEqualTo(1);
    }

    @Test
    void r10AResetAfterTheClientsEndFreesAll() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        stage.origin().answer(turn -> {
            readToEnd(turn.send(ACCEPT));
            ended.countDown();
            while (true) {
                turn.send("more and more");
            }
        });
        try (RawClient client = stage.client()) {
            client.send(ASK).readHead();
            client.halfClose();
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            client.reset();
        }
        allIsFree();
    }

    @Test
    void r10AResetAfterTheOriginsEndFreesAll() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        stage.origin().answer(turn -> {
            turn.send(ACCEPT).halfClose();
            try {
                seen.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            turn.reset();
        });
        try (RawClient client = stage.client()) {
            client.send(ASK).readHead();
            client.awaitClose();
            seen.countDown();
            originConnection().awaitEnd();
            // A reset is seen when something is sent.
            Await.until(() -> !takes(client), "an end");
            allIsFree();
        }
        assertThat(failures()).isZero();
    }

    private static boolean takes(RawClient client) {
        try {
            client.send("more");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aTunnelHasNoLimitOfBytes() throws Exception {
        stage.origin().answer(turn -> turn.send(ACCEPT).echoRaw());
        try (RawClient client = stage.client()) {
            client.send(ASK).readHead();
            String more = "a".repeat(5000);
            client.send(more);
            assertThat(client.readExactly(5000)).isEqualTo(more);
        }
        allIsFree();
    }
}

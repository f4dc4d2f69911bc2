package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The limit on an exchange's whole time, by route. */
class TotalTimeoutWireTest {
    @RegisterExtension
    final ProxyExtension proxy = Site.product(
            """
            defaults.route.timeouts.total = 400 ms
            routes = [ { upstream = app }, { path = "/long/", upstream = app, timeouts.total = off } ]
            """);

    private final Site site = new Site(proxy);

    @Test
    void r17TotalBeforeAResponseIs504() throws Exception {
        site.origin().answer(Script.partThenHang(""));
        long began = System.nanoTime();
        site.fails(GET, 504, FailureKind.TOTAL_TIMEOUT);
        assertThat(System.nanoTime() - began).isBetween(400_000_000L, 4_000_000_000L);
        site.origin().connections().getFirst().awaitEnd();
        assertThat(site.sum("portcullis_upstream_retries_total")).isZero();
    }

    @Test
    void r17TotalCountsInterimResponsesAndTheWaitForAConnection() throws Exception {
        site.origin().answer(turn -> {
            turn.send("HTTP/1.1 103 Early Hints\r\n\r\n").hang();
        });
        try (RawClient client = site.client()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(103);
            Site.tells(client.readResponse(), 504, FailureKind.TOTAL_TIMEOUT);
        }
        site.counted(FailureKind.TOTAL_TIMEOUT);
    }

    @Test
    void r17TotalWithinAResponseCutsIt() throws Exception {
        site.origin().answer(Script.partThenHang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        try (RawClient client = site.client()) {
            assertThat(client.send(GET).readHead().startLine()).isEqualTo("HTTP/1.1 200 OK");
            client.readExactly(4);
            client.awaitClose();
        }
        site.counted(FailureKind.TOTAL_TIMEOUT);
        site.logged(FailureKind.TOTAL_TIMEOUT);
        site.origin().connections().getFirst().awaitEnd();
    }

    @Test
    void r17TotalCountsTheRequestsBodyToo() throws Exception {
        site.origin().answer(Script.echo());
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nhalf");
            RawResponse answer = client.readResponse();
            Site.tells(answer, 504, FailureKind.TOTAL_TIMEOUT);
            assertThat(answer.values("Connection")).containsExactly("close");
        }
        site.counted(FailureKind.TOTAL_TIMEOUT);
        assertThat(site.origin().requestCount()).isZero();
    }

    @Test
    void r17TotalIsTheRoutesOwn() throws Exception {
        String body = "slow but sure";
        site.origin().answer(turn -> {
            turn.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n");
            turn.sendSlowly(body, 1, Duration.ofMillis(60));
        });
        assertThat(site.ask("GET /long/ HTTP/1.1\r\n" + HOST + "\r\n").body()).isEqualTo(body);
        site.nothingFailed();
    }

    @Test
    void r17TotalOfEachRequestOnAConnectionBeginsAnew() throws Exception {
        site.origin()
                .answer(turn ->
                        turn.sendSlowly("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 14, Duration.ofMillis(80)));
        try (RawClient client = site.client()) {
            for (int i = 0; i < 4; i++) {
                assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
            }
        }
        site.nothingFailed();
    }

    @Test
    void e12ATunnelOutlivesIt() throws Exception {
        site.origin()
                .answer(Script.tunnel(
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.1\r\n" + HOST + "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(client.readHead().startLine()).startsWith("HTTP/1.1 101 ");
            long began = System.nanoTime();
            while (System.nanoTime() - began < 900_000_000L) {
                assertThat(client.send("ping").readExactly(4)).isEqualTo("ping");
            }
        }
    }
}

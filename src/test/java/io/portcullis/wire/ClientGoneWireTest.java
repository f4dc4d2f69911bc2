package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client that leaves takes its request along; one that only stops sending does not. */
class ClientGoneWireTest {
    @RegisterExtension
    final ProxyExtension proxy = Site.product("upstreams.app.max-connections = 1");

    private final Site site = new Site(proxy);

    /** The origin's connection is closed, the client is blamed, and the place it held is free again. */
    private void cancelledUpstream() throws Exception {
        site.origin().connections().getFirst().awaitEnd();
        site.counted(FailureKind.CLIENT_GONE);
        site.logged(FailureKind.CLIENT_GONE);
        site.origin().answer(Script.ok("next"));
        assertThat(site.ask(GET).body()).isEqualTo("next");
        assertThat(site.origin().connections()).hasSize(2);
    }

    @Test
    void r07AClientThatResetsBeforeTheResponseCancelsTheRequest() throws Exception {
        site.origin().answer(Script.partThenHang(""));
        try (RawClient client = site.client()) {
            client.send(GET);
            site.origin().awaitRequest();
            client.reset();
        }
        cancelledUpstream();
    }

    @Test
    void r07AClientThatClosesBeforeTheResponseCancelsTheRequest() throws Exception {
        site.origin().answer(Script.partThenHang(""));
        RawClient client = site.client();
        client.send(GET);
        site.origin().awaitRequest();
        client.reset();
        cancelledUpstream();
    }

    @Test
    void r07AClientThatLeavesWithinTheResponseCancelsIt() throws Exception {
        site.origin().answer(Script.partThenHang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        try (RawClient client = site.client()) {
            client.send(GET).readHead();
            client.readExactly(4);
            client.reset();
        }
        cancelledUpstream();
    }

    @Test
    void r07AClientThatLeavesWithinItsBodyIsNotTakenForWhole() throws Exception {
        site.origin().answer(Script.unread(turn -> {
            turn.readSome(100);
            turn.hang();
        }));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
            Await.until(
                    () -> !site.origin().connections().isEmpty()
                            && site.origin().connections().getFirst().received().contains("abc"),
                    "the first chunk at the origin");
            client.reset();
        }
        site.origin().connections().getFirst().awaitEnd();
        assertThat(site.origin().connections().getFirst().received()).doesNotContain("0\r\n\r\n");
        cancelledUpstream();
    }

    @Test
    void r07AClientThatLeavesWhileItsBodyIsHeldBackIsNoticed() throws Exception {
        site.origin().answer(Script.deaf());
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 100000000\r\n\r\n");
            assertThat(client.flood(100_000_000, Duration.ofMillis(300))).isLessThan(100_000_000);
            client.reset();
        }
        site.counted(FailureKind.CLIENT_GONE);
        Await.until(() -> site.sum("portcullis_endpoint_connections", "state=\"busy\"") == 0, "no busy connection");
    }

    @Test
    void r07AClientThatLeavesWhileItWaitsIsSkipped() throws Exception {
        site.origin().hold();
        try (RawClient first = site.client()) {
            first.send(GET);
            site.origin().awaitRequest();
            try (RawClient second = site.client()) {
                second.send("GET /left HTTP/1.1\r\n" + HOST + "\r\n");
                Await.until(() -> site.sum("portcullis_upstream_waiting") == 1, "one that waits");
                second.reset();
            }
            site.counted(FailureKind.CLIENT_GONE);
            site.origin().release();
            assertThat(first.readResponse().body()).isEqualTo("ok");
        }
        assertThat(site.ask(GET).body()).isEqualTo("ok");
        assertThat(site.origin().requests()).extracting(seen -> seen.target()).doesNotContain("/left");
    }

    @Test
    void r08AClientThatHasSentAllMayEndItsSide() throws Exception {
        site.origin().hold();
        try (RawClient client = site.client()) {
            client.send(GET).halfClose();
            site.origin().awaitRequest();
            site.origin().release();
            RawResponse answer = client.readResponse();
            assertThat(answer.body()).isEqualTo("ok");
            client.awaitClose();
        }
        site.nothingFailed();
    }

    @Test
    void l11AClientThatLeavesWhileBothBodiesRunIsCountedOnce() throws Exception {
        site.origin().answer(Script.unread(turn -> {
            turn.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            turn.request();
        }));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nhalf")
                    .readHead();
            assertThat(client.readExactly(4)).isEqualTo("half");
            client.reset();
        }
        cancelledUpstream();
        Await.until(() -> site.sum("portcullis_requests_total", "class=\"2xx\"") == 2, "both exchanges are counted");
        assertThat(site.sum("portcullis_requests_in_flight")).isZero();
    }

    @Test
    void r08AnEndWithinARequestIsAnAbort() throws Exception {
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nhalf");
            site.origin().awaitHeads(1);
            client.halfClose();
            site.origin().connections().getFirst().awaitEnd();
        }
        assertThat(site.origin().requestCount()).isZero();
        site.counted(FailureKind.CLIENT_GONE);
    }

    /** What is wrong with it is known, and there is nothing more to wait for. */
    @Test
    void r08AClientThatEndsItsSideBehindABrokenBodyIsTold() throws Exception {
        site.origin().hold();
        try (RawClient first = site.client();
                RawClient broken = site.client()) {
            first.send(GET);
            site.origin().awaitHeads(1);
            broken.send("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n");
            Await.until(() -> site.sum("portcullis_upstream_waiting") == 1, "it waits for the connection");
            broken.halfClose();
            // A request behind it on the same loop: by then its end was heard.
            proxy.scrape();
            site.origin().release();
            assertThat(broken.readResponse().status()).isEqualTo(400);
            broken.awaitClose();
        } finally {
            site.origin().release();
        }
    }

    @Test
    void r15AClientsErrorIsNotCountedAgainstTheEndpoint() throws Exception {
        site.ask("GET / HTTP/1.1\r\n\r\n");
        site.counted(FailureKind.BAD_REQUEST);
        assertThat(site.sum("portcullis_endpoint_requests_total")).isZero();
        assertThat(site.failures("side=\"upstream\"")).isZero();
    }

    @Test
    void r08TheAnswerToAClientThatSendsNothingMoreMayBeLargerThanAllBuffers() throws Exception {
        String body = "0123456789abcdef".repeat(1 << 20);
        site.origin().answer(Script.ok(body));
        try (RawClient client =
                RawClient.plain(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port("plain")), 4096)) {
            client.send(GET).halfClose();
            assertThat(client.readResponse().body()).hasSize(body.length());
        }
    }
}

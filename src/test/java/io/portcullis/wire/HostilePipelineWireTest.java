package io.portcullis.wire;

import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are sent ahead, in numbers and in shapes that make a reader stop, turn back, or lose its place. */
class HostilePipelineWireTest {
    @RegisterExtension
    final ProxyExtension proxy = Site.product(
            """
            routes = [ { upstream = app }, { path = "/own/", respond { body = "own" } } ]
            limits.request-body = 100 MB
            """);

    private final Site site = new Site(proxy);

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
    }

    @Test
    void thousandsAreAnsweredInOrder() throws Exception {
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 3000; i++) {
            requests.append(get("/own/" + i));
        }
        try (RawClient client = site.client();
                var sender = Executors.newSingleThreadExecutor()) {
            Future<?> sent = sender.submit(() -> client.send(requests.toString()));
            for (int i = 0; i < 3000; i++) {
                assertThat(client.readResponse().body()).isEqualTo("own");
            }
            sent.get();
        }
        site.nothingFailed();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyThatWasHeldBackDoesNotLoseWhatFollowsIt(boolean chunked) throws Exception {
        String body = "b".repeat(3_000_000);
        site.origin().answer(turn -> {
            int length = turn.request().body().length();
            turn.send(Site.OK.replace("ok", length > 0 ? "up" : "ok"));
        });
        site.origin().hold();
        String head = "POST /up HTTP/1.1\r\n" + HOST;
        String request = chunked
                ? head + "Transfer-Encoding: chunked\r\n\r\n2dc6c0\r\n" + body + "\r\n0\r\n\r\n"
                : head + "Content-Length: 3000000\r\n\r\n" + body;
        try (RawClient client = site.client();
                var sender = Executors.newSingleThreadExecutor()) {
            Future<?> sent = sender.submit(() -> {
                for (int i = 0; i < 5; i++) {
                    client.send(request + get("/own/" + i) + get("/last"));
                }
                client.halfClose();
                return null;
            });
            site.origin().awaitHeads(1);
            site.origin().release();
            for (int i = 0; i < 5; i++) {
                assertThat(client.readResponse().body()).isEqualTo("up");
                assertThat(client.readResponse().body()).isEqualTo("own");
                assertThat(client.readResponse().body()).isEqualTo("ok");
            }
            client.awaitClose();
            sent.get();
        }
        site.nothingFailed();
    }

    @Test
    void aRefusedUpgradeDoesNotHideTheRequestBehindIt() throws Exception {
        site.origin().answer(Script.ok("plain"));
        try (RawClient client = site.client()) {
            client.send("GET /ws HTTP/1.1\r\n" + HOST + "Connection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                    + get("/own/1") + get("/two"));
            assertThat(client.readResponse().body()).isEqualTo("plain");
            assertThat(client.readResponse().body()).isEqualTo("own");
            assertThat(client.readResponse().body()).isEqualTo("plain");
        }
        assertThat(site.origin().connections().getFirst().received()).doesNotContain("/own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000", "\u0016\u0003\u0001", "\r\r\n", "GET http://u@example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET ftp://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET http://example.com:0/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET http://:80/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET http:///x HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET http://example.com\\@other/ HTTP/1.1\r\nHost: example.com\r\n\r\n",
                "GET http://example.com/ HTTP/1.1\r\nHost: a, b\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            })
    void whatCannotBeReadEndsTheQueue(String broken) throws Exception {
        try (RawClient client = site.client()) {
            client.send(get("/own/1") + broken + get("/smuggled"));
            assertThat(client.readResponse().body()).isEqualTo("own");
            RawResponse answer = client.readResponse();
            assertThat(answer.status()).isIn(400, 505);
            assertThat(answer.values("Connection")).containsExactly("close");
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void theAdminListenerKeepsTheSameRules() throws Exception {
        for (String fields : new String[] {
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n",
            "Content-Length: 1\r\nContent-Length: 1\r\n", "X : y\r\n", "Host: other\r\n",
        }) {
            try (RawClient client = RawClient.plain(proxy.adminPort())) {
                client.send("POST /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "\r\n0\r\n\r\n"
                        + "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(400);
                assertThat(client.readAll()).isEmpty();
            }
        }
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            String live = "GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
            client.send(live + live.replace("livez", "metrics") + live);
            client.halfClose();
            assertThat(client.readResponse().body()).isEqualTo("alive\n");
            assertThat(client.readResponse().body()).contains("portcullis_");
            assertThat(client.readResponse().body()).isEqualTo("alive\n");
            assertThat(client.readAll()).isEmpty();
        }
    }
}

package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend that says more than it was asked must never have one client's answer given to another (response queue poisoning). */
class HostileOriginWireTest {
    private static final String POISON = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .config(
                    """
                    runtime.event-loops = 1
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["{origin}"], max-connections = 1 }
                    routes = [ { upstream = app } ]
                    access-log { format = off }
                    """);

    private final Site site = new Site(proxy);

    @AfterEach
    void nothingIsLeftInFlight() {
        Await.until(() -> site.sum("portcullis_requests_in_flight") == 0, "nothing is in flight");
    }

    /** A response of {@code size} bytes in all. */
    private static String sized(int size) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 00000\r\n\r\n";
        int body = size - head.length();
        return head.replace("00000", String.format("%05d", body)) + "a".repeat(body);
    }

    /** The second waits for the only connection, and gets it in the moment in which the first response ends. */
    @ParameterizedTest
    @ValueSource(ints = {100, 512, 1024, 2047, 2048, 2049, 4096, 6144, 8192, 10240, 16384, 18432, 32768, 65536, 67584})
    void aSecondResponseIsNobodysWhereverAReadEnds(int size) throws Exception {
        site.origin().answer(turn -> {
            if (turn.head().startLine().contains("/attack")) {
                turn.send(sized(size) + POISON);
            } else {
                turn.send(Site.OK);
            }
        });
        site.origin().hold();
        try (RawClient attacker = site.client();
                RawClient victim = site.client()) {
            attacker.send("GET /attack HTTP/1.1\r\n" + HOST + "\r\n");
            site.origin().awaitHeads(1);
            victim.send(GET);
            Await.until(() -> site.sum("portcullis_upstream_waiting") == 1, "the victim waits");
            site.origin().release();
            assertThat(attacker.readResponse().status()).isEqualTo(200);
            assertThat(victim.readResponse().body()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\nContent-Length: 45\r\n\r\n" + POISON,
                "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n2d\r\n" + POISON + "\r\n0\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\nContent-Length: 45\r\n\r\n" + POISON,
                "HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n" + POISON,
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Encoding: x\r\n\r\n" + POISON,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + POISON,
                "HTTP/1.1 103 Early Hints\r\nContent-Length: 45\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n" + POISON,
            })
    void whatFollowsAResponseWithoutABodyIsNobodys(String response) throws Exception {
        site.origin().answer(turn -> turn.send(turn.head().startLine().contains("/attack") ? response : Site.OK));
        try (RawClient attacker = site.client();
                RawClient victim = site.client()) {
            attacker.send("GET /attack HTTP/1.1\r\n" + HOST + "\r\n");
            RawResponse first = attacker.readResponse();
            RawResponse last = first.status() < 200 ? attacker.readResponse() : first;
            assertThat(last.status()).isIn(200, 204, 304);
            assertThat(last.body()).isEmpty();
            assertThat(victim.send(GET).readResponse().body()).isEqualTo("ok");
            assertThat(attacker.send(GET).readResponse().body()).isEqualTo("ok");
        }
        assertThat(site.origin().connections()).hasSize(2);
    }

    @Test
    void aBodyBehindHeadIsNobodys() throws Exception {
        site.origin()
                .answer(turn -> turn.send(
                        turn.head().startLine().startsWith("HEAD")
                                ? "HTTP/1.1 200 OK\r\nContent-Length: 45\r\n\r\n" + POISON
                                : Site.OK));
        try (RawClient client = site.client()) {
            assertThat(client.send(GET.replace("GET", "HEAD"))
                            .readResponse("HEAD")
                            .status())
                    .isEqualTo(200);
            assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
        }
    }

    @Test
    void anAnswerBeforeTheQuestionIsWrittenFreesTheConnectionOnlyWhenItIs() throws Exception {
        site.origin().answer(Script.unread(turn -> turn.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")));
        try (RawClient attacker = site.client()) {
            attacker.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: " + POISON.length() + "\r\n\r\n");
            assertThat(attacker.readResponse().body()).isEqualTo("ok");
            attacker.send(POISON).awaitClose();
        }
        site.origin().answer(Script.ok("next"));
        assertThat(site.ask(GET).body()).isEqualTo("next");
    }
}

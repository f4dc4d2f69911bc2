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

/** An endpoint may answer before it has read the request (rules R06, R11). */
class EarlyResponseWireTest {
    private static final String TOO_LARGE = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig";

    @RegisterExtension
    final ProxyExtension proxy = Site.product("limits.request-body = 200 MB");

    private final Site site = new Site(proxy);

    @Test
    void r06AnEarlyResponseIsForwardedAndBothConnectionsEnd() throws Exception {
        site.origin().answer(Script.unread(turn -> {
            turn.send(TOO_LARGE);
            turn.hang();
        }));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nhalf");
            RawResponse answer = client.readResponse();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("big");
            assertThat(answer.values("Connection")).containsExactly("close");
            client.send("-more-").awaitClose();
        }
        site.origin().answer(Script.ok("next"));
        assertThat(site.ask(GET).body()).isEqualTo("next");
        assertThat(site.origin().connections()).hasSize(2);
        assertThat(site.origin().connections().getFirst().received()).doesNotContain("GET ");
        site.nothingFailed();
    }

    @Test
    void r11AClientThatIsStillSendingGetsTheWholeAnswer() throws Exception {
        String body = "b".repeat(100_000);
        site.origin().answer(Script.unread(turn -> {
            turn.readSome(1);
            turn.send("HTTP/1.1 413 Content Too Large\r\nContent-Length: 100000\r\n\r\n" + body);
            turn.hang();
        }));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 50000000\r\n\r\n");
            client.flood(400_000, Duration.ofMillis(500));
            assertThat(client.readResponse().body()).isEqualTo(body);
        }
        site.nothingFailed();
    }

    @Test
    void r11OurOwn413IsNotLostInAReset() throws Exception {
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 200000001\r\n\r\n");
            client.flood(500_000, Duration.ofMillis(300));
            RawResponse answer = client.readResponse();
            Site.tells(answer, 413, FailureKind.REQUEST_BODY_TOO_LARGE);
            assertThat(answer.values("Connection")).containsExactly("close");
            client.awaitClose();
        }
        site.counted(FailureKind.REQUEST_BODY_TOO_LARGE);
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void r16AChunkedBodyBeyondTheLimitIsAnswered413() throws Exception {
        proxy.reload(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                limits.request-body = 10 B
                """);
        RawResponse answer = site.ask("POST / HTTP/1.1\r\n" + HOST
                + "Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nabcdef\r\n0\r\n\r\n");
        Site.tells(answer, 413, FailureKind.REQUEST_BODY_TOO_LARGE);
        site.counted(FailureKind.REQUEST_BODY_TOO_LARGE);
        assertThat(site.origin().requestCount()).isZero();
        site.origin().connections().forEach(connection -> connection.awaitEnd());
    }

    @Test
    void r06AResponseMayRunWhileTheBodyDoes() throws Exception {
        site.origin().answer(Script.unread(turn -> {
            turn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
            String body = turn.request().body();
            turn.send(Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");
        }));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nhello");
            client.readHead();
            assertThat(client.readExactly(5)).isEqualTo("2\r\nhi");
            assertThat(client.send("world").readExactly(22)).isEqualTo("\r\na\r\nhelloworld\r\n0\r\n\r\n");
        }
        site.nothingFailed();
    }

    @Test
    void e05AnExpectationIsRelayedWithItsAnswer() throws Exception {
        site.origin().answer(Script.unread(turn -> {
            turn.send("HTTP/1.1 100 Continue\r\n\r\n");
            turn.request();
            turn.send(Site.OK);
        }));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(100);
            assertThat(client.send("hello").readResponse().body()).isEqualTo("ok");
        }
        assertThat(site.origin().awaitRequest().value("Expect")).isEqualTo("100-continue");
        assertThat(site.origin().awaitRequest().body()).isEqualTo("hello");
    }

    @Test
    void e06AFinalStatusInsteadOf100EndsBothConnections() throws Exception {
        site.origin().answer(Script.unread(turn -> turn.send("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n")
                .hang()));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            RawResponse answer = client.readResponse();
            assertThat(answer.status()).isEqualTo(417);
            assertThat(answer.values("Connection")).containsExactly("close");
        }
        site.origin().answer(Script.ok("next"));
        assertThat(site.ask(GET).body()).isEqualTo("next");
        assertThat(site.origin().connections()).hasSize(2);
    }
}

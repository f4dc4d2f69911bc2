package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exactly the safe retries are made. */
class RetriesWireTest {
    private static final String OK_AND_KEEP = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst";

    private final Origin second = Origin.start();

    @RegisterExtension
    final ProxyExtension proxy = Site.product("").word("second", second.address());

    private final Site site = new Site(proxy);

    @AfterEach
    void closeSecond() throws IOException {
        second.close();
    }

    /** Round robin begins with the first; it is down. */
    private void twoEndpointsOfWhichTheFirstRefuses() throws Exception {
        proxy.reload(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}", "{second}"] }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """);
        site.origin().stop();
    }

    private double retries() {
        return site.sum("portcullis_upstream_retries_total");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            })
    void r02AConnectFailureGoesToTheNextEndpointWhateverTheMethod(String request) throws Exception {
        twoEndpointsOfWhichTheFirstRefuses();
        second.answer(Script.respond(
                seen -> "HTTP/1.1 200 OK\r\nContent-Length: " + seen.body().length() + "\r\n\r\n" + seen.body()));
        String withHost = request.replaceFirst("\r\n", "\r\n" + HOST);
        for (int i = 0; i < 4; i++) {
            RawResponse answer = site.ask(withHost);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(request.contains("abc") ? "abc" : "");
        }
        assertThat(second.awaitRequests(4)).hasSize(4);
        assertThat(retries()).isBetween(1.0, 3.0);
        assertThat(site.sum("portcullis_upstream_retries_total", "reason=\"connect_refused\""))
                .isEqualTo(retries());
        site.nothingFailed();
    }

    @Test
    void r02WhereEveryEndpointRefusesTheClientIsTold() throws Exception {
        twoEndpointsOfWhichTheFirstRefuses();
        second.stop();
        site.fails(GET, 502, FailureKind.CONNECT_REFUSED);
        assertThat(retries()).isEqualTo(1);
    }

    /** Serves one request, and closes the connection when the next has arrived on it. */
    private void staleAfterOne(String lastWords) {
        site.origin().answer(turn -> {
            turn.request();
            if (turn.head().startLine().contains("/first")) {
                turn.send(OK_AND_KEEP);
            } else if (turn.connection().index() == 0) {
                turn.send(lastWords).close();
            } else {
                fresh(turn);
            }
        });
    }

    private static void fresh(Turn turn) throws IOException {
        turn.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh");
    }

    /** The answer to {@code request} on a connection to the origin that has served before. */
    private RawResponse askReused(String request) throws IOException {
        try (RawClient client = site.client()) {
            client.send("GET /first HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.readResponse().body()).isEqualTo("first");
            return client.send(request).readResponse(request.substring(0, request.indexOf(' ')));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    void r03AnIdempotentRequestOnAStaleConnectionIsSentOnceMore(String method) throws Exception {
        staleAfterOne("");
        assertThat(askReused(method + " /second HTTP/1.1\r\n" + HOST + "\r\n").status())
                .isEqualTo(200);
        assertThat(site.origin().awaitRequests(3))
                .extracting(seen -> seen.connection() + seen.target())
                .containsExactly("0/first", "0/second", "1/second");
        assertThat(site.sum("portcullis_upstream_retries_total", "reason=\"upstream_closed\""))
                .isEqualTo(1);
        site.nothingFailed();
    }

    @Test
    void r03ItIsSentOnceMoreAndNotTwice() throws Exception {
        site.origin().answer(turn -> {
            if (turn.request().target().equals("/first")) {
                turn.send(OK_AND_KEEP);
            } else {
                turn.close();
            }
        });
        RawResponse answer = askReused("GET /second HTTP/1.1\r\n" + HOST + "\r\n");
        Site.tells(answer, 502, FailureKind.UPSTREAM_CLOSED);
        site.counted(FailureKind.UPSTREAM_CLOSED);
        assertThat(site.origin().requestCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH", "LOCK"})
    void r01NoOtherMethodIsSentTwice(String method) throws Exception {
        staleAfterOne("");
        RawResponse answer = askReused(method + " /second HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");
        Site.tells(answer, 502, FailureKind.UPSTREAM_CLOSED);
        site.counted(FailureKind.UPSTREAM_CLOSED);
        assertThat(site.origin().requestCount()).isEqualTo(2);
        assertThat(retries()).isZero();
    }

    @Test
    void r01ANewConnectionThatClosesIsNotTriedAgain() throws Exception {
        site.origin().answer(Script.partThenClose(""));
        site.fails(GET, 502, FailureKind.UPSTREAM_CLOSED);
        assertThat(site.origin().requestCount()).isEqualTo(1);
    }

    @Test
    void r01ANewConnectionThatIsResetIsNotTriedAgain() throws Exception {
        site.origin().answer(Script.partThenReset(""));
        site.fails(GET, 502, FailureKind.UPSTREAM_CLOSED);
        assertThat(site.origin().requestCount()).isEqualTo(1);
    }

    @Test
    void r05ABodyThatWasTakenIsNotSentTwice() throws Exception {
        staleAfterOne("");
        RawResponse answer = askReused("PUT /second HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc");
        Site.tells(answer, 502, FailureKind.UPSTREAM_CLOSED);
        assertThat(site.origin().requestCount()).isEqualTo(2);
        assertThat(retries()).isZero();
    }

    @Test
    void r04AfterAHeadThereIsNoRetry() throws Exception {
        staleAfterOne("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        try (RawClient client = site.client()) {
            client.send("GET /first HTTP/1.1\r\n" + HOST + "\r\n").readResponse();
            client.send("GET /second HTTP/1.1\r\n" + HOST + "\r\n").readHead();
            assertThat(client.readExactly(4)).isEqualTo("half");
            client.awaitClose();
        }
        site.counted(FailureKind.RESPONSE_INCOMPLETE);
        assertThat(site.origin().requestCount()).isEqualTo(2);
        assertThat(retries()).isZero();
    }

    @Test
    void r03AfterAnInterimResponseThereIsNoRetry() throws Exception {
        staleAfterOne("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
        try (RawClient client = site.client()) {
            client.send("GET /first HTTP/1.1\r\n" + HOST + "\r\n").readResponse();
            client.send("GET /second HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(103);
            Site.tells(client.readResponse(), 502, FailureKind.UPSTREAM_CLOSED);
        }
        assertThat(site.origin().requestCount()).isEqualTo(2);
        assertThat(retries()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"H", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Le"})
    void r03AfterAnyByteOfAResponseThereIsNoRetry(String part) throws Exception {
        staleAfterOne(part);
        assertThat(askReused("GET /second HTTP/1.1\r\n" + HOST + "\r\n").status())
                .isEqualTo(502);
        assertThat(site.origin().requestCount()).isEqualTo(2);
        assertThat(retries()).isZero();
    }

    @Test
    void r03AResetOfAStaleConnectionIsLikeAClose() throws Exception {
        site.origin().answer(turn -> {
            if (turn.request().target().equals("/first")) {
                turn.send(OK_AND_KEEP);
            } else if (turn.connection().index() == 0) {
                turn.reset();
            } else {
                fresh(turn);
            }
        });
        assertThat(askReused("GET /second HTTP/1.1\r\n" + HOST + "\r\n").body()).isEqualTo("fresh");
        assertThat(retries()).isEqualTo(1);
        site.nothingFailed();
    }

    @Test
    void r03WhereTheEndpointIsGoneSinceTheNextOneGetsTheRequest() throws Exception {
        Origin first = site.origin();
        first.answer(turn -> {
            turn.request();
            if (turn.head().startLine().contains("/first")) {
                turn.send(OK_AND_KEEP);
            } else {
                first.closeDoor();
                turn.close();
            }
        });
        second.respond("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
        proxy.reload(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}", "{second}"] }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """);
        try (RawClient client = site.client()) {
            String get = " HTTP/1.1\r\n" + HOST + "\r\n";
            assertThat(client.send("GET /first" + get).readResponse().body()).isEqualTo("first");
            assertThat(client.send("GET /turn" + get).readResponse().body()).isEqualTo("second");
            assertThat(client.send("GET /second" + get).readResponse().body()).isEqualTo("second");
        }
        assertThat(first.requestCount()).isEqualTo(2);
        assertThat(retries()).isEqualTo(2);
        site.nothingFailed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Transfer-Encoding: chunked\r\n", "Expect: 100-continue\r\nContent-Length: 3\r\n"})
    void r01APostThatANewConnectionTookAndDroppedIsNotSentTwice(String framing) throws Exception {
        site.origin().answer(Script.unread(turn -> turn.close()));
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + framing + "\r\n");
            Site.tells(client.readResponse("POST"), 502, FailureKind.UPSTREAM_CLOSED);
        }
        assertThat(site.origin().awaitHeads(1)).hasSize(1);
        assertThat(site.origin().connections()).hasSize(1);
        assertThat(retries()).isZero();
    }

    @Test
    void r01AClientThatLeftIsNotServedByAnotherTry() throws Exception {
        site.origin().hold();
        try (RawClient client = site.client()) {
            client.send(GET);
            site.origin().awaitRequest();
            client.reset();
        }
        site.logged(FailureKind.CLIENT_GONE);
        site.origin().release();
        site.origin().connections().getFirst().awaitEnd();
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(site.origin().requestCount()).isEqualTo(2);
        assertThat(retries()).isZero();
    }
}

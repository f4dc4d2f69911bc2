package io.portcullis.wire;

import static io.portcullis.wire.Site.HOST;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes before the answer, what asks for it, and the requests that would turn a connection into something else. */
class InterimWireTest {
    private static final String GET = "GET /a HTTP/1.1\r\n" + HOST + "\r\n";

    @RegisterExtension
    final ProxyExtension proxy = Site.product("");

    private final Site site = new Site(proxy);

    @Test
    void e01EveryInterimResponseReachesTheClientInOrderBeforeTheAnswer() throws Exception {
        site.origin()
                .respond("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
                        + "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 199 Whatever\r\nX-A: b\r\n\r\n" + OK);
        try (RawClient client = site.client()) {
            client.send(GET);
            assertThat(client.readHead().startLine()).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(client.readHead().startLine()).isEqualTo("HTTP/1.1 102 Processing");
            assertThat(client.readHead().value("Link")).isEqualTo("</a>");
            RawHead unknown = client.readHead();
            assertThat(unknown.startLine()).startsWith("HTTP/1.1 199 ");
            assertThat(unknown.value("X-A")).isEqualTo("b");
            assertThat(client.readResponse().body()).isEqualTo("ok");
            // None of them was taken for the answer: the connections are in step.
            site.origin().answer(Script.ok("second"));
            assertThat(client.send(GET).readResponse().body()).isEqualTo("second");
        }
        assertThat(site.origin().connections()).hasSize(1);
        assertThat(site.origin().awaitRequests(2)).hasSize(2);
    }

    @Test
    void e01AnInterimResponseIsNotHeldBackForTheAnswer() throws Exception {
        site.origin().answer(Script.partThenHang("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"));
        try (RawClient client = site.client()) {
            assertThat(client.send(GET).readHead().startLine()).isEqualTo("HTTP/1.1 103 Early Hints");
            client.reset();
        }
    }

    @Test
    void e01MoreThan16OfThemAreTooMany() throws Exception {
        String hint = "HTTP/1.1 103 Early Hints\r\n\r\n";
        site.origin().respond(hint.repeat(16) + OK);
        try (RawClient client = site.client()) {
            client.send(GET);
            for (int i = 0; i < 16; i++) {
                assertThat(client.readHead().startLine()).isEqualTo("HTTP/1.1 103 Early Hints");
            }
            assertThat(client.readResponse().status()).isEqualTo(200);
            site.origin().respond(hint.repeat(17) + OK);
            client.send(GET);
            RawResponse answer = client.readResponse();
            while (answer.status() == 103) {
                answer = client.readResponse();
            }
            Site.tells(answer, 502, FailureKind.BAD_RESPONSE);
        }
        site.origin().connections().getFirst().awaitEnd();
    }

    @Test
    void e01NoInterimResponseReachesAnHttp10Client() throws Exception {
        site.origin().respond("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK);
        RawResponse answer = site.ask("GET /a HTTP/1.0\r\n" + HOST + "\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "something-else"})
    void e07AnExpectationOfAnHttp10ClientIsIgnored(String expectation) throws Exception {
        site.origin().respond("HTTP/1.1 100 Continue\r\n\r\n" + OK);
        RawResponse answer =
                site.ask("POST /a HTTP/1.0\r\n" + HOST + "Expect: " + expectation + "\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(site.origin().awaitRequest().body()).isEqualTo("abc");
        assertThat(site.origin().awaitRequest().values("Expect")).isEmpty();
    }

    @Test
    void e07AnExpectationWithoutABodyHoldsNothingUp() throws Exception {
        site.origin().respond(OK);
        try (RawClient client = site.client()) {
            client.send("GET /a HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        }
        RawRequest seen = site.origin().awaitRequests(2).getFirst();
        assertThat(seen.body()).isEmpty();
        assertThat(seen.values("Content-Length")).isEmpty();
        assertThat(seen.values("Transfer-Encoding")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com:443", "127.0.0.1:22", "[::1]:80"})
    void e13ConnectIsRefusedAndNothingBehindItIsSentAnywhere(String target) throws Exception {
        try (RawClient client = site.client()) {
            client.send("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n");
            RawResponse answer = client.readResponse();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.value("Allow")).isNotNull().doesNotContain("CONNECT");
        }
        assertThat(site.origin().connections()).isEmpty();
        site.counted(FailureKind.METHOD_REFUSED);
    }

    @Test
    void e13ExtendedConnectInTheWordsOfHttp11IsRefusedToo() throws Exception {
        try (RawClient client = site.client()) {
            client.send("CONNECT /chat HTTP/1.1\r\n" + HOST + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
            assertThat(client.readResponse().status()).isBetween(400, 405);
        }
        assertThat(site.origin().connections()).isEmpty();
    }
}

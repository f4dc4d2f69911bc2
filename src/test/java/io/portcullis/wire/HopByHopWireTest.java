package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
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

/** What is about one connection only never crosses us; what is said of our own hop, we say (RFC 9110 §7.6). */
class HopByHopWireTest {
    @RegisterExtension
    final ProxyExtension proxy = Site.product("");

    private final Site site = new Site(proxy);

    /** What the origin sees of a GET with these fields. */
    private RawRequest seen(String fields) throws Exception {
        assertThat(site.ask("GET / HTTP/1.1\r\n" + HOST + fields + "\r\n").status())
                .isEqualTo(200);
        return site.origin().awaitRequest();
    }

    /** What the client gets of a response with these fields. */
    private RawResponse passedOn(String fields) throws Exception {
        site.origin().respond("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: 2\r\n\r\nok");
        return site.ask(GET);
    }

    @Test
    void h01NominatedFieldsOfARequestEndHere() throws Exception {
        RawRequest seen =
                seen("Connection: X-One, close\r\nConnection: x-two\r\nX-One: 1\r\nX-TWO: 2\r\nX-Three: 3\r\n");
        assertThat(seen.head().has("X-One")).isFalse();
        assertThat(seen.head().has("X-Two")).isFalse();
        assertThat(seen.head().has("Connection")).isFalse();
        assertThat(seen.value("X-Three")).isEqualTo("3");
    }

    @Test
    void h01NominatedFieldsOfAResponseEndHere() throws Exception {
        RawResponse answer = passedOn("Connection: X-One\r\nX-One: 1\r\nX-Two: 2\r\n");
        assertThat(answer.head().has("X-One")).isFalse();
        assertThat(answer.head().has("Connection")).isFalse();
        assertThat(answer.value("X-Two")).isEqualTo("2");
    }

    @Test
    void h01AnOriginsCloseIsNotTheClients() throws Exception {
        site.origin().respond("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        try (RawClient client = site.client()) {
            assertThat(client.send(GET).readResponse().head().has("Connection")).isFalse();
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        }
        assertThat(site.origin().connections()).hasSize(2);
        site.nothingFailed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Keep-Alive: timeout=5",
                "keep_alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authorization: Basic eA==",
                "Upgrade: h2c",
                "TE: trailers",
                "TE: gzip",
                "Trailer: X-A",
            })
    void h02HopByHopFieldsOfARequestEndHere(String field) throws Exception {
        String name = field.substring(0, field.indexOf(':'));
        RawRequest seen = seen(field + "\r\nX-Kept: 1\r\n");
        assertThat(seen.head().has(name)).isFalse();
        assertThat(seen.value("X-Kept")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Keep-Alive: timeout=5",
                "Proxy-Connection: keep-alive",
                "Proxy-Authenticate: Basic",
                "Proxy-Authentication-Info: x=y",
                "Upgrade: h2c",
                "Trailer: X-A",
            })
    void h02HopByHopFieldsOfAResponseEndHere(String field) throws Exception {
        RawResponse answer = passedOn(field + "\r\nX-Kept: 1\r\n");
        assertThat(answer.head().has(field.substring(0, field.indexOf(':')))).isFalse();
        assertThat(answer.value("X-Kept")).isEqualTo("1");
    }

    @Test
    void h03NobodyDeletesOurFieldsByNamingThem() throws Exception {
        RawRequest seen =
                seen("Connection: X-Forwarded-For, X-Forwarded-Proto, X-Real-IP, Forwarded, Via, X-Request-Id\r\n");
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.value("X-Forwarded-Proto")).isEqualTo("http");
        assertThat(seen.value("X-Real-IP")).isEqualTo("127.0.0.1");
        assertThat(seen.value("Forwarded")).startsWith("for=127.0.0.1");
        assertThat(seen.value("Via")).isEqualTo("1.1 portcullis");
        assertThat(seen.value("X-Request-Id")).isNotBlank();
    }

    @Test
    void h03NobodyDeletesWhatEveryRecipientNeedsByNamingIt() throws Exception {
        RawRequest seen = seen(Site.fields(
                "Connection: Host, Cookie, Authorization, Content-Type",
                "Cookie: a=b",
                "Authorization: Basic eA==",
                "Content-Type: text/plain"));
        assertThat(seen.values("Host")).containsExactly("example.com");
        assertThat(seen.value("Cookie")).isEqualTo("a=b");
        assertThat(seen.value("Authorization")).isEqualTo("Basic eA==");
        assertThat(seen.value("Content-Type")).isEqualTo("text/plain");
    }

    @Test
    void h03ABodysFramingCannotBeNamedAway() throws Exception {
        site.origin().answer(Script.echo());
        RawResponse answer = site.ask("POST / HTTP/1.1\r\n" + HOST
                + "Connection: Content-Length, Transfer-Encoding\r\nContent-Length: 5\r\n\r\nhello");
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(site.origin().awaitRequest().values("Content-Length")).containsExactly("5");
    }

    @Test
    void h04TrailersPassThoughTheirAnnouncementsDoNot() throws Exception {
        site.origin()
                .respond(
                        "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n");
        RawResponse answer = site.ask("GET / HTTP/1.1\r\n" + HOST + "Connection: TE\r\nTE: trailers\r\n\r\n");
        assertThat(answer.trailers()).containsExactly(new RawHead.Field("X-Sum", "7"));
        assertThat(answer.head().has("Trailer")).isFalse();
        assertThat(site.origin().awaitRequest().head().has("TE")).isFalse();
    }

    @Test
    void h05ViaIsAddedBothWaysAfterWhatIsThere() throws Exception {
        site.origin().respond("HTTP/1.1 200 OK\r\nVia: 1.1 inner\r\nContent-Length: 2\r\n\r\nok");
        RawResponse answer = site.ask("GET / HTTP/1.1\r\n" + HOST + "Via: 1.0 outer\r\n\r\n");
        assertThat(answer.values("Via")).containsExactly("1.1 inner", "1.1 portcullis");
        assertThat(site.origin().awaitRequest().values("Via")).containsExactly("1.0 outer", "1.1 portcullis");
    }

    @Test
    void h05ViaTellsTheVersionThatCame() throws Exception {
        site.origin().respond("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
        RawResponse answer = site.ask("GET / HTTP/1.0\r\n" + HOST + "\r\n");
        assertThat(answer.values("Via")).containsExactly("1.0 portcullis");
        assertThat(answer.head().startLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(site.origin().awaitRequest().values("Via")).containsExactly("1.0 portcullis");
        assertThat(site.origin().awaitRequest().version()).isEqualTo("HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via: 1.1 portcullis\r\n",
                "Via: 1.1 other, 1.1 PORTCULLIS (again)\r\n",
                "Via: 1.1 other\r\nVia: 1.0\tportcullis\r\n",
            })
    void h05OurOwnNameInViaIsALoop(String via) throws Exception {
        site.fails("GET / HTTP/1.1\r\n" + HOST + via + "\r\n", 508, FailureKind.LOOP_DETECTED);
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void h05ANameThatOnlyBeginsLikeOursIsNone() throws Exception {
        assertThat(seen("Via: 1.1 portcullis.example, 1.1 a (portcullis)\r\n").values("Via"))
                .hasSize(2);
    }

    @Test
    void h06MaxForwardsIsCountedDown() throws Exception {
        site.ask("OPTIONS * HTTP/1.1\r\n" + HOST + "Max-Forwards: 10\r\n\r\n");
        assertThat(site.origin().awaitRequest().values("Max-Forwards")).containsExactly("9");
    }

    @Test
    void h06MaxForwardsOfZeroIsAnsweredHere() throws Exception {
        RawResponse answer = site.ask("OPTIONS /a HTTP/1.1\r\n" + HOST + "Max-Forwards: 0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.value("Allow")).contains("OPTIONS").doesNotContain("TRACE");
        assertThat(site.origin().connections()).isEmpty();
        site.nothingFailed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "one", "", "1, 2", "1\r\nMax-Forwards: 1"})
    void h06AMalformedMaxForwardsIsRefused(String value) throws Exception {
        site.fails(
                "OPTIONS / HTTP/1.1\r\n" + HOST + "Max-Forwards: " + value + "\r\n\r\n", 400, FailureKind.BAD_REQUEST);
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void h06MaxForwardsOfOtherMethodsIsData() throws Exception {
        assertThat(seen("Max-Forwards: 0\r\n").values("Max-Forwards")).containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE / HTTP/1.1\r\n", "TRACE / HTTP/1.1\r\nMax-Forwards: 0\r\n"})
    void h07TraceIsRefusedAndEchoesNothing(String head) throws Exception {
        RawResponse answer = site.fails(head + HOST + "Cookie: secret=1\r\n\r\n", 405, FailureKind.METHOD_REFUSED);
        assertThat(answer.head().raw() + answer.body()).doesNotContain("secret");
        assertThat(answer.value("Allow")).contains("GET").doesNotContain("TRACE");
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void h08CdnLoopIsPassedOnUntouched() throws Exception {
        assertThat(seen("CDN-Loop: cdn.example\r\n").values("CDN-Loop")).containsExactly("cdn.example");
    }

    @Test
    void h09ADateIsAddedWhereTheOriginGaveNone() throws Exception {
        assertThat(passedOn("").values("Date"))
                .singleElement()
                .asString()
                .matches("\\w{3}, \\d\\d \\w{3} \\d{4} [\\d:]{8} GMT");
    }

    @Test
    void h09TheOriginsDateStays() throws Exception {
        String date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assertThat(passedOn("Date: " + date + "\r\n").values("Date")).containsExactly(date);
    }

    @Test
    void h10ABodyIsNeverTransformed() throws Exception {
        String body = "<html> \u00e9\u0000 </html>";
        site.origin()
                .respond("HTTP/1.1 200 OK\r\nCache-Control: no-transform\r\nContent-Type: text/html\r\nETag: \"a\"\r\n"
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        RawResponse answer = site.ask("GET / HTTP/1.1\r\n" + HOST + "Accept-Encoding: gzip, br\r\n\r\n");
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.head().has("Content-Encoding")).isFalse();
        assertThat(answer.value("ETag")).isEqualTo("\"a\"");
        assertThat(site.origin().awaitRequest().value("Accept-Encoding")).isEqualTo("gzip, br");
    }

    @Test
    void h11AnHttp10ClientGetsNoChunksAndTheEnd() throws Exception {
        site.origin()
                .respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
        try (RawClient client = site.client()) {
            RawHead head = client.send("GET / HTTP/1.0\r\n" + HOST + "\r\n").readHead();
            assertThat(head.has("Transfer-Encoding")).isFalse();
            assertThat(head.values("Connection")).containsExactly("close");
            assertThat(client.readAll()).isEqualTo("hello");
        }
        site.nothingFailed();
    }

    @Test
    void h11AnHttp10ClientIsClosedByDefaultAndKeptWhereItAsks() throws Exception {
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.0\r\n" + HOST + "Connection: keep-alive\r\n\r\n");
            assertThat(client.readResponse().values("Connection")).containsExactly("keep-alive");
            assertThat(client.send("GET / HTTP/1.0\r\n" + HOST + "\r\n")
                            .readResponse()
                            .values("Connection"))
                    .containsExactly("close");
            client.awaitClose();
        }
        assertThat(site.origin().requestCount()).isEqualTo(2);
    }

    @Test
    void h11AnHttp10ClientGetsNoInterimResponse() throws Exception {
        site.origin().respond("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Site.OK);
        assertThat(site.ask("GET / HTTP/1.0\r\n" + HOST + "\r\n").status()).isEqualTo(200);
    }

    @Test
    void u05ConnectIsRefusedSoNoTunnelStarts() throws Exception {
        site.fails("CONNECT example.com:443 HTTP/1.1\r\n" + HOST + "\r\n", 405, FailureKind.METHOD_REFUSED);
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void e05AnUnknownExpectationIsRefused() throws Exception {
        site.fails("GET / HTTP/1.1\r\n" + HOST + "Expect: 200-ok\r\n\r\n", 417, FailureKind.UNKNOWN_EXPECTATION);
        assertThat(site.origin().connections()).isEmpty();
    }
}

package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client that nobody vouches for says of itself reaches no backend, in whatever spelling. */
class IdentityWireTest {
    private static final String FORGED = "6.6.6.6";

    @RegisterExtension
    final ProxyExtension proxy = Site.product(
            """
            routes = [
              { upstream = app }
              { host = "named.example", path = "/who", respond { body = "named" } }
              { path = "/admin", respond { body = "guarded" } }
            ]
            """);

    private final Site site = new Site(proxy);

    private RawRequest seen(String fields) throws Exception {
        assertThat(site.ask("GET / HTTP/1.1\r\n" + HOST + fields + "\r\n").status())
                .isEqualTo(200);
        return site.origin().awaitRequest();
    }

    private static List<String> namesLike(RawRequest request, String canonical) {
        return request.head().fields().stream()
                .map(RawHead.Field::name)
                .filter(name -> name.toLowerCase(Locale.ROOT)
                        .replace('_', '-')
                        .replace('.', '-')
                        .equals(canonical))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix",
                "X-Forwarded-Server", "X-Forwarded-Tls-Client-Cert", "X-Forwarded-User", "Forwarded", "X-Real-IP",
                "X-Original-URL", "X-Original-Host", "X-Rewrite-URL", "X-Client-Cert", "X-Client-Cert-Subject",
                "Client-Cert", "Client-Cert-Chain", "X-Request-Id",
            })
    void i01AStrangersIdentityFieldsAreRemoved(String name) throws Exception {
        RawRequest seen = seen(name + ": " + FORGED + "\r\nX-Kept: 1\r\n");
        assertThat(seen.head().raw()).doesNotContain(FORGED);
        assertThat(seen.value("X-Kept")).isEqualTo("1");
    }

    @Test
    void i01OursAreSetInTheirPlace() throws Exception {
        RawRequest seen = seen("X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n");
        assertThat(seen.values("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.values("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.values("X-Forwarded-Host")).containsExactly("example.com");
        assertThat(seen.values("X-Forwarded-Port")).containsExactly("80");
        assertThat(seen.values("X-Real-IP")).containsExactly("127.0.0.1");
        assertThat(seen.values("Forwarded")).containsExactly("for=127.0.0.1;proto=http;host=example.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X_Forwarded_For",
                "x.forwarded.for",
                "X-FORWARDED_for",
                "x_Real.IP",
                "FORWARDED",
                "X_Request_Id",
                "x.original_URL",
                "X_REWRITE_URL",
                "X_Client_Cert",
                "Client_Cert",
                "client.cert-chain",
            })
    void i04EverySpellingIsTheSameField(String name) throws Exception {
        RawRequest seen = seen(name + ": " + FORGED + "\r\n" + name + ": " + FORGED + "\r\n");
        assertThat(seen.head().raw()).doesNotContain(FORGED);
        assertThat(namesLike(seen, "x-forwarded-for")).containsExactly("X-Forwarded-For");
        assertThat(namesLike(seen, "x-request-id")).containsExactly("X-Request-Id");
        assertThat(namesLike(seen, "x-real-ip")).containsExactly("X-Real-IP");
    }

    @Test
    void i04TrailersCarryNoIdentityEither() throws Exception {
        site.ask("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n"
                + "X-Forwarded-For: 6.6.6.6\r\nx_real_ip: 6.6.6.6\r\nX-Request-Id: 6.6.6.6\r\nX-Sum: 1\r\n\r\n");
        RawRequest seen = site.origin().awaitRequest();
        assertThat(seen.trailers()).containsExactly(new RawHead.Field("X-Sum", "1"));
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
    }

    @Test
    void i01EachRequestOfAConnectionHasTheFieldsOfItsOwnHost() throws Exception {
        try (var client = site.client()) {
            for (String host : List.of("a.example", "b.example:8080", "a.example")) {
                client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").readResponse();
            }
        }
        assertThat(site.origin().awaitRequests(3))
                .extracting(seen -> seen.value("X-Forwarded-Host") + " " + seen.value("X-Forwarded-Port"))
                .containsExactly("a.example 80", "b.example:8080 8080", "a.example 80");
    }

    @Test
    void i01TheIdIsOneForClientAndOriginAndNewForEachExchange() throws Exception {
        RawResponse first = site.ask(GET);
        RawResponse second = site.ask("GET / HTTP/1.1\r\n" + HOST + "X-Request-Id: mine\r\n\r\n");
        List<RawRequest> seen = site.origin().awaitRequests(2);
        assertThat(seen.get(0).values("X-Request-Id")).isEqualTo(first.values("X-Request-Id"));
        assertThat(seen.get(1).values("X-Request-Id")).isEqualTo(second.values("X-Request-Id"));
        assertThat(first.value("X-Request-Id")).isNotBlank().isNotEqualTo(second.value("X-Request-Id"));
        assertThat(second.value("X-Request-Id")).isNotEqualTo("mine");
    }

    @Test
    void i01AnOriginsIdDoesNotReplaceOurs() throws Exception {
        site.origin().respond("HTTP/1.1 200 OK\r\nX-Request-Id: origin\r\nContent-Length: 2\r\n\r\nok");
        assertThat(site.ask(GET).values("X-Request-Id"))
                .singleElement()
                .asString()
                .isNotEqualTo("origin");
    }

    @Test
    void i07RoutingAndForwardingUseOnePath() throws Exception {
        assertThat(site.ask("GET /%61dmin HTTP/1.1\r\n" + HOST + "\r\n").body()).isEqualTo("guarded");
        assertThat(site.origin().connections()).isEmpty();
        assertThat(site.ask("GET //admin HTTP/1.1\r\n" + HOST + "\r\n").status())
                .isEqualTo(400);
        assertThat(site.origin().connections()).isEmpty();
        site.ask("GET //other HTTP/1.1\r\n" + HOST + "\r\n");
        site.ask("GET /%41%2fb?x=%61 HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(site.origin().awaitRequests(2))
                .extracting(RawRequest::target)
                .containsExactly("//other", "/A%2Fb?x=%61");
    }

    @Test
    void i08ValuesOfRequestsAreNotExpanded() throws Exception {
        String text = "${HOME} {env.HOME} {http.request.uri} $host %{PATH}";
        RawRequest seen = seen("X-A: " + text + "\r\nUser-Agent: " + text + "\r\n");
        assertThat(seen.value("X-A")).isEqualTo(text);
        assertThat(seen.value("User-Agent")).isEqualTo(text);
    }

    @Test
    void i10HostsCompareWithoutCase() throws Exception {
        assertThat(site.ask("GET /who HTTP/1.1\r\nHost: NaMeD.Example\r\n\r\n").body())
                .isEqualTo("named");
        assertThat(site.origin().connections()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Proxy", "proxy", "PROXY"})
    void i12TheProxyFieldIsRemoved(String name) throws Exception {
        assertThat(seen(name + ": http://evil.example/\r\n").head().has("Proxy"))
                .isFalse();
    }

    @Test
    void u13TheHostIsOneAndTheAuthority() throws Exception {
        assertThat(seen("").values("Host")).containsExactly("example.com");
        assertThat(seen("").head().raw()).startsWith("GET / HTTP/1.1\r\nHost: example.com\r\n");
    }

    @Test
    void u13AnHttp10RequestWithoutAHostGetsTheEndpoints() throws Exception {
        site.ask("GET / HTTP/1.0\r\n\r\n");
        RawRequest seen = site.origin().awaitRequest();
        assertThat(seen.values("Host")).containsExactly(site.origin().address());
        assertThat(seen.head().has("X-Forwarded-Host")).isFalse();
    }

    @Test
    void u14AHeadAtTheLimitReachesTheOriginWhole() throws Exception {
        String value = "v".repeat(32 * 1024 - 200);
        RawRequest seen = seen("X-Long: " + value + "\r\n");
        assertThat(seen.value("X-Long")).isEqualTo(value);
        assertThat(seen.value("X-Forwarded-For")).isEqualTo("127.0.0.1");
        assertThat(seen.value("X-Request-Id")).isNotBlank();
        site.fails(
                "GET / HTTP/1.1\r\n" + HOST + "X-Long: " + value + "v".repeat(200) + "\r\n\r\n",
                431,
                FailureKind.REQUEST_HEAD_TOO_LARGE);
        assertThat(site.origin().requestCount()).isEqualTo(1);
    }

    @Test
    void u15AnAbsoluteTargetBecomesOriginForm() throws Exception {
        site.ask("GET http://other.example:81/a?b HTTP/1.1\r\nHost: example.com\r\n\r\n");
        RawRequest seen = site.origin().awaitRequest();
        assertThat(seen.target()).isEqualTo("/a?b");
        assertThat(seen.values("Host")).containsExactly("other.example:81");
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo("other.example:81");
    }

    @Test
    void u10NothingIsAskedForThatNobodyMeant() throws Exception {
        RawRequest seen = seen("");
        assertThat(seen.head().fields())
                .extracting(RawHead.Field::name)
                .containsExactly(
                        "Host",
                        "X-Forwarded-For",
                        "X-Forwarded-Proto",
                        "X-Forwarded-Host",
                        "X-Forwarded-Port",
                        "X-Real-IP",
                        "Forwarded",
                        "Via",
                        "X-Request-Id");
    }

    @Test
    void u11ABodyHasExactlyOneFraming() throws Exception {
        site.ask("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc");
        site.ask("POST / HTTP/1.1\r\n" + HOST + "Transfer-Encoding: Chunked\r\n\r\n1;x=y\r\na\r\n2\r\nbc\r\n0\r\n\r\n");
        site.ask("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");
        site.ask("DELETE / HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(site.origin().awaitRequests(4))
                .extracting(
                        seen -> seen.body() + " " + seen.values("Content-Length") + seen.values("Transfer-Encoding"))
                .containsExactly("abc [3][]", "abc [][chunked]", " [0][]", " [][]");
        assertThat(site.origin().requests().get(1).head().raw()).doesNotContain("x=y");
        assertThat(site.origin().connections().getFirst().received()).doesNotContain("x=y");
    }
}

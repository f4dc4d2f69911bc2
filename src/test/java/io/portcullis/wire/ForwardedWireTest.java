package io.portcullis.wire;

import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A trusted proxy's chain is kept and continued. */
class ForwardedWireTest {
    @RegisterExtension
    final ProxyExtension proxy = Site.product(
            """
            listeners.local { bind = "unix:{dir}/in" }
            forwarding { trusted-proxies = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"], via = "edge" }
            """);

    private final Site site = new Site(proxy);

    private RawRequest seen(String fields) throws Exception {
        assertThat(site.ask("GET / HTTP/1.1\r\n" + HOST + fields + "\r\n").status())
                .isEqualTo(200);
        return site.origin().awaitRequest();
    }

    private RawRequest seenBehind(String chain) throws Exception {
        return seen("X-Forwarded-For: " + chain + "\r\n");
    }

    @Test
    void i01ATrustedPeersChainIsContinued() throws Exception {
        RawRequest seen = seen(Site.fields(
                "X-Forwarded-For: 192.0.2.1, 10.0.0.7",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: shop.example",
                "X-Forwarded-Port: 8443",
                "Forwarded: for=192.0.2.1;proto=https"));
        assertThat(seen.values("X-Forwarded-For")).containsExactly("192.0.2.1, 10.0.0.7, 127.0.0.1");
        assertThat(seen.values("X-Forwarded-Proto")).containsExactly("https");
        assertThat(seen.values("X-Forwarded-Host")).containsExactly("shop.example");
        assertThat(seen.values("X-Forwarded-Port")).containsExactly("8443");
        assertThat(seen.values("X-Real-IP")).containsExactly("192.0.2.1");
        assertThat(seen.values("Forwarded"))
                .containsExactly("for=192.0.2.1;proto=https, for=127.0.0.1;proto=http;host=example.com");
        assertThat(seen.values("Via")).containsExactly("1.1 edge");
    }

    @Test
    void i01SeveralLinesAreOneChain() throws Exception {
        RawRequest seen = seen("X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 10.0.0.7\r\n");
        assertThat(seen.values("X-Forwarded-For")).containsExactly("192.0.2.1, 10.0.0.7, 127.0.0.1");
    }

    @Test
    void i02WithoutAChainATrustedPeerIsTheClient() throws Exception {
        assertThat(seen("").values("X-Real-IP")).containsExactly("127.0.0.1");
    }

    @Test
    void i02TrustIsOfThisConnectionsPeerNotOfWhatItSays() throws Exception {
        proxy.reload(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                forwarding { trusted-proxies = ["10.0.0.0/8"] }
                """);
        RawRequest seen = seen("X-Forwarded-For: 192.0.2.1, 10.0.0.7\r\nX-Real-IP: 10.0.0.7\r\n");
        assertThat(seen.values("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.values("X-Real-IP")).containsExactly("127.0.0.1");
    }

    @Test
    void i03TheWalkStopsAtTheFirstStranger() throws Exception {
        assertThat(seenBehind("6.6.6.6, 192.0.2.1, 10.0.0.7, 10.1.2.3").value("X-Real-IP"))
                .isEqualTo("192.0.2.1");
    }

    @Test
    void i03WhereAllAreTrustedTheFirstIsTheClient() throws Exception {
        assertThat(seenBehind("10.0.0.9, 10.0.0.7").value("X-Real-IP")).isEqualTo("10.0.0.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "unknown", "_hidden", "192.0.2.1:1234", "192.0.2", "", "1.2.3.4 5.6.7.8"})
    void i03GarbageStopsTheWalk(String garbage) throws Exception {
        assertThat(seenBehind("192.0.2.1, " + garbage + ", 10.0.0.7").value("X-Real-IP"))
                .isEqualTo("10.0.0.7");
    }

    @Test
    void i03AddressesOfBothFamiliesAreWalked() throws Exception {
        assertThat(seenBehind("2001:4860::1, 2001:db8::7").value("X-Real-IP")).isEqualTo("2001:4860::1");
    }

    @Test
    void i04OtherSpellingsAreNotBelievedEvenFromATrustedPeer() throws Exception {
        RawRequest seen = seen("X_Forwarded_For: 6.6.6.6\r\nx.real.ip: 6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n");
        assertThat(seen.head().raw()).doesNotContain("6.6.6.6");
    }

    @Test
    void i01ATrustedPeersIdIsKept() throws Exception {
        RawResponse answer = site.ask("GET / HTTP/1.1\r\n" + HOST + "X-Request-Id: outer-1\r\n\r\n");
        assertThat(answer.values("X-Request-Id")).containsExactly("outer-1");
        assertThat(site.origin().awaitRequest().values("X-Request-Id")).containsExactly("outer-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\"b", "a,b", "", "\u00e9"})
    void i01AnIdThatCouldHarmALogIsReplaced(String id) throws Exception {
        RawResponse answer = site.ask("GET / HTTP/1.1\r\n" + HOST + "X-Request-Id: " + id + "\r\n\r\n");
        assertThat(answer.values("X-Request-Id"))
                .singleElement()
                .asString()
                .isNotBlank()
                .isNotEqualTo(id);
    }

    @Test
    void i01AnIdLongerThan128CharactersIsReplaced() throws Exception {
        RawResponse answer = site.ask("GET / HTTP/1.1\r\n" + HOST + "X-Request-Id: " + "a".repeat(129) + "\r\n\r\n");
        assertThat(answer.values("X-Request-Id")).singleElement().asString().hasSizeBetween(1, 128);
    }

    @Test
    void i01AnUnknownProtoIsNotBelieved() throws Exception {
        assertThat(seen("X-Forwarded-Proto: gopher\r\n").values("X-Forwarded-Proto"))
                .containsExactly("http");
    }

    @Test
    void i02APeerOnAUnixSocketHasNoAddressToTrust() throws Exception {
        try (RawClient client = RawClient.unix(proxy.dir().resolve("in"))) {
            client.send("GET / HTTP/1.1\r\n" + HOST + "X-Forwarded-For: 192.0.2.1\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        RawRequest seen = site.origin().awaitRequest();
        assertThat(seen.values("X-Forwarded-For")).containsExactly("unknown");
        assertThat(seen.values("X-Real-IP")).containsExactly("unknown");
        assertThat(seen.value("Forwarded")).startsWith("for=unknown;");
    }

    @Test
    void i02WhoComesByAUnixSocketMayBeTrusted() throws Exception {
        proxy.reload(
                """
                listeners { plain { bind = "127.0.0.1:0" }, local { bind = "unix:{dir}/in" } }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { upstream = app } ]
                forwarding.trusted-proxies = [unix, "10.0.0.0/8"]
                access-log { format = off }
                """);
        String request = "GET / HTTP/1.1\r\n" + HOST + "X-Forwarded-For: 192.0.2.1, 10.0.0.7\r\n"
                + "X-Forwarded-Proto: https\r\nX-Request-Id: from-before\r\n\r\n";
        try (RawClient client = RawClient.unix(proxy.dir().resolve("in"))) {
            assertThat(client.send(request).readResponse().values("X-Request-Id"))
                    .containsExactly("from-before");
        }
        RawRequest seen = site.origin().awaitRequest();
        assertThat(seen.values("X-Forwarded-For")).containsExactly("192.0.2.1, 10.0.0.7, unknown");
        assertThat(seen.values("X-Real-IP")).containsExactly("192.0.2.1");
        assertThat(seen.values("X-Forwarded-Proto")).containsExactly("https");
        site.ask(request);
        assertThat(site.origin().awaitRequests(2).get(1).values("X-Forwarded-For"))
                .containsExactly("127.0.0.1");
    }
}

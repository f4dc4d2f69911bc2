package io.portcullis.wire;

import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that we send clients to: made of what the operator wrote and of what was read in one normal form. */
class RedirectWireTest {
    private static final Map<String, String> ADDRESSES =
            Map.of("plain", "127.0.0.1", "near", "127.0.0.2", "far", "127.0.0.3");

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension()
            .config(
                    """
                    listeners {
                      plain { bind = "127.0.0.1:0" }
                      near { bind = "127.0.0.2:0", redirect-to-https {} }
                      far { bind = "127.0.0.3:0", redirect-to-https { port = 8443, status = 307 } }
                    }
                    upstreams.app { endpoints = ["{origin}"] }
                    routes = [
                      { host = "example.com", upstream = app }
                      { path = "/old/", redirect { to = "/new/" } }
                      { path = "/away/", redirect { to = "https://example.com/", status = 307 } }
                      { path = "/up/", redirect { to = "/" } }
                    ]
                    access-log { format = off }
                    """);

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("toHttps")
    void p14KeepsThePortThatWasConfigured(String listenerAndHost, String location) throws Exception {
        String[] parts = listenerAndHost.split(" ", -1);
        RawResponse answer =
                ask(parts[0], "POST /a/%61?b=c&d HTTP/1.1\r\nHost: " + parts[1] + "\r\nContent-Length: 0\r\n");
        assertThat(answer.status()).isEqualTo(parts[0].equals("near") ? 308 : 307);
        assertThat(answer.values("Location")).containsExactly(location);
    }

    static List<Arguments> toHttps() {
        return cases(
                "near example.com", "https://example.com/a/a?b=c&d",
                "near example.com:80", "https://example.com/a/a?b=c&d",
                "near example.com:8080", "https://example.com/a/a?b=c&d",
                "near EXAMPLE.com.", "https://example.com/a/a?b=c&d",
                "far example.com", "https://example.com:8443/a/a?b=c&d",
                "far example.com:80", "https://example.com:8443/a/a?b=c&d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "example.com.evil.example", "evil-example.com", "127.0.0.1"})
    void p14HandsOutNoHostThatIsNotOurs(String host) throws Exception {
        RawResponse answer = ask("near", "GET /a HTTP/1.1\r\nHost: " + host + "\r\n");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.values("Location")).isEmpty();
        assertThat(answer.body()).doesNotContain(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example@example.com", "example.com/evil", "example.com, evil.example"})
    void p14HandsOutNoHostThatIsNone(String host) throws Exception {
        RawResponse answer = ask("near", "GET /a HTTP/1.1\r\nHost: " + host + "\r\n");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.values("Location")).isEmpty();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @MethodSource("byRoute")
    void p14KeepsMethodRestAndQuery(String target, String location) throws Exception {
        RawResponse answer = ask("plain", "POST " + target + " HTTP/1.1\r\nHost: any.example\r\nContent-Length: 0\r\n");
        assertThat(answer.status()).isIn(307, 308);
        assertThat(answer.values("Location")).containsExactly(location);
    }

    static List<Arguments> byRoute() {
        return cases(
                "/old/", "/new/",
                "/old/a?b=c", "/new/a?b=c",
                "/old/a%2fb", "/new/a%2Fb",
                "/old/%0d%0aSet-Cookie:%20a=b", "/new/%0D%0ASet-Cookie:%20a=b",
                "/old/a?b=%0d%0a", "/new/a?b=%0d%0a",
                "/away/a", "https://example.com/a",
                "/away/@evil.example", "https://example.com/@evil.example",
                "/up/a", "/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/up//evil.example", "/up///evil.example/a", "/up//evil.example:80/?b"})
    void p10NeverTurnsTheRestOfAPathIntoAHost(String target) throws Exception {
        RawResponse answer = ask("plain", "GET " + target + " HTTP/1.1\r\nHost: any.example\r\n");
        assertThat(answer.values("Location")).noneMatch(location -> location.startsWith("//"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"near", "far"})
    void p14KeepsAHostAHostForTheWholeServer(String listener) throws Exception {
        RawResponse answer = ask(listener, "OPTIONS * HTTP/1.1\r\nHost: example.com\r\n");
        assertThat(answer.values("Location"))
                .allMatch(location -> location.matches("https://example\\.com(:\\d+)?(/.*)?"));
    }

    private static RawResponse ask(String listener, String head) throws Exception {
        try (RawClient client =
                RawClient.plain(new InetSocketAddress(ADDRESSES.getOrDefault(listener, ""), PROXY.port(listener)), 0)) {
            return client.send(head + "\r\n").readResponse();
        }
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listeners that send everything to HTTPS, and routes that redirect. */
class HttpsRedirectWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @BeforeEach
    void start() throws Exception {
        HttpsSite.of(proxy);
        proxy.start(
                """
                listeners {
                  https  { bind = "127.0.0.1:0", tls = public }
                  http   { bind = "127.0.0.1:0", redirect-to-https {} }
                  mapped { bind = "127.0.0.1:0", redirect-to-https { port = 8443, status = 301 } }
                  plain  { bind = "127.0.0.1:0" }
                }
                tls.public { certificates = [ { chain = "site.pem", key = "site.key" } ] }
                routes = [
                  { host = "routed.org", respond { body = "here" } }
                  { host = "*.wild.org", respond { body = "here" } }
                  { host = "routed.org", path = "/old/", redirect { to = "/new/" } }
                  { host = "routed.org", path = "/away", redirect { to = "https://other.org/x", status = 303 } }
                ]
                access-log { format = off }
                timeouts.request-head = 300 ms
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"routed.org", "a.wild.org", "example.com", "www.example.com", "EXAMPLE.com", "example.com."})
    void z05HostsOfARouteOrACertificateAreSentToHttps(String host) throws Exception {
        RawResponse answer = ask("http", "GET /p?q=1 HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(308);
        String plain = host.toLowerCase(java.util.Locale.ROOT).replaceFirst("\\.$", "");
        assertThat(answer.value("Location")).isEqualTo("https://" + plain + "/p?q=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown.org", "wild.org", "a.b.wild.org", "evil.org#routed.org", "routed.org@evil.org"})
    void z05OtherHostsAreNot(String host) throws Exception {
        RawResponse answer = ask("http", "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.value("Location")).isNull();
        assertThat(answer.head().raw()).doesNotContain("evil.org");
    }

    @Test
    void z05AnHttp10RequestWithoutAHostIsNotSentAnywhere() throws Exception {
        RawResponse answer = ask("http", "GET / HTTP/1.0\r\n\r\n");
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.value("Location")).isNull();
    }

    @Test
    void z05APostIsSentOnWithoutItsBodyBeingWaitedFor() throws Exception {
        RawResponse answer =
                ask("http", "POST /form HTTP/1.1\r\nHost: routed.org\r\nContent-Length: 1000000\r\n\r\nabc");
        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.value("Location")).isEqualTo("https://routed.org/form");
    }

    @Test
    void z05ASlowClientIsClosed() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("http")).within(Duration.ofSeconds(5))) {
            client.send("GET / HT");
            assertThat(client.readResponse().status()).isEqualTo(408);
            assertThat(client.readAll()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http,   routed.org,      https://routed.org/",
        "http,   routed.org:80,   https://routed.org/",
        "http,   routed.org:8080, https://routed.org/",
        "mapped, routed.org,      https://routed.org:8443/",
        "mapped, routed.org:8080, https://routed.org:8443/"
    })
    void z06TheRightPublicPortIsNamedAndTheDefaultLeftOut(String listener, String host, String location)
            throws Exception {
        RawResponse answer = ask(listener, "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        assertThat(answer.value("Location")).isEqualTo(location);
        assertThat(answer.status()).isEqualTo(listener.equals("mapped") ? 301 : 308);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a%2Fb/c?x=%0d%0aSet-Cookie:%20a", "/a;b=c?d=/e?f", "/%E2%82%AC?", "//evil.org/x"})
    void p14PathAndQueryArriveUnharmedAndOnOneLine(String target) throws Exception {
        RawResponse answer = ask("http", "GET " + target + " HTTP/1.1\r\nHost: routed.org\r\n\r\n");
        assertThat(answer.values("Location")).hasSize(1);
        assertThat(answer.values("Set-Cookie")).isEmpty();
        assertThat(answer.value("Location")).startsWith("https://routed.org/");
        if (!target.startsWith("//")) {
            assertThat(answer.value("Location")).isEqualTo("https://routed.org" + target);
        }
    }

    @Test
    void p14AnAbsoluteTargetIsRedirectedByItsOwnHost() throws Exception {
        RawResponse answer = ask("http", "GET http://routed.org/x?y HTTP/1.1\r\nHost: routed.org\r\n\r\n");
        assertThat(answer.value("Location")).isEqualTo("https://routed.org/x?y");
    }

    @ParameterizedTest
    @CsvSource({
        "/old/a/b?c=d, 308, /new/a/b?c=d",
        "/old/,        308, /new/",
        "/away?c=d,    303, https://other.org/x?c=d"
    })
    void aRouteRedirectsWithQueryAndRest(String target, int status, String location) throws Exception {
        RawResponse answer = ask("plain", "GET " + target + " HTTP/1.1\r\nHost: routed.org\r\n\r\n");
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.value("Location")).isEqualTo(location);
    }

    private RawResponse ask(String listener, String request) throws IOException {
        try (RawClient client = RawClient.plain(proxy.port(listener))) {
            return client.send(request).readResponse();
        }
    }
}

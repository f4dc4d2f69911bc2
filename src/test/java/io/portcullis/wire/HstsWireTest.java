package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Strict-Transport-Security, RFC 6797. */
class HstsWireTest {
    private static final String FIELD = "Strict-Transport-Security";
    private static final String OURS = "max-age=31536000";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void start() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.start(
                """
                listeners {
                  https { bind = "127.0.0.1:0", tls = public }
                  off   { bind = "127.0.0.1:0", tls = without }
                  plain { bind = "127.0.0.1:0" }
                  http  { bind = "127.0.0.1:0", redirect-to-https {} }
                }
                tls.public  { certificates = [ { chain = "site.pem", key = "site.key" } ], hsts {} }
                tls.without { certificates = [ { chain = "site.pem", key = "site.key" } ] }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [
                  { host = "example.com", upstream = app }
                  { host = "127.0.0.1", upstream = app }
                  { host = "example.com", path = "/moved", redirect { to = "/here" } }
                ]
                access-log { format = off }
                """);
        proxy.origin().answer(Script.ok("x"));
    }

    @Test
    void z01ItIsSentOnceOverTlsAndNeverInPlain() throws Exception {
        assertThat(overTls("https", "example.com", "/").values(FIELD)).containsExactly(OURS);
        assertThat(overTls("off", "example.com", "/").values(FIELD)).isEmpty();
        assertThat(inPlain("plain").values(FIELD)).isEmpty();
        assertThat(inPlain("http").values(FIELD)).isEmpty();
    }

    @Test
    void z01ABackendsOwnFieldDoesNotPassInPlain() throws Exception {
        proxy.origin().respond("HTTP/1.1 200 OK\r\n" + FIELD + ": max-age=5\r\nContent-Length: 0\r\n\r\n");
        assertThat(inPlain("plain").values(FIELD)).isEmpty();
    }

    @Test
    void z02ItIsNotSentForAddresses() throws Exception {
        assertThat(overTls("https", "127.0.0.1", "/").values(FIELD)).isEmpty();
        assertThat(overTls("https", "127.0.0.1:" + proxy.port("https"), "/").values(FIELD))
                .isEmpty();
    }

    @Test
    void z03ItIsSentOnAnyPort() throws Exception {
        assertThat(overTls("https", "example.com:8443", "/").values(FIELD)).containsExactly(OURS);
    }

    @Test
    void z04ErrorsAndRedirectsOfOurOwnCarryIt() throws Exception {
        assertThat(overTls("https", "example.com", "/moved").values(FIELD)).containsExactly(OURS);
        RawResponse unknown = overTls("https", "unknown.example.com", "/");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.values(FIELD)).containsExactly(OURS);
        proxy.origin().answer(Script.partThenClose(""));
        RawResponse broken = overTls("https", "example.com", "/");
        assertThat(broken.status()).isEqualTo(502);
        assertThat(broken.values(FIELD)).containsExactly(OURS);
    }

    @Test
    void z04BesideABackendsFieldThereIsOneOnly() throws Exception {
        proxy.origin()
                .respond("HTTP/1.1 200 OK\r\n" + FIELD + ": max-age=5\r\n" + FIELD
                        + ": max-age=6\r\nContent-Length: 0\r\n\r\n");
        assertThat(overTls("https", "example.com", "/").values(FIELD)).containsExactly(OURS);
    }

    @Test
    void z04WhereOursIsOffTheBackendsIsLeftAlone() throws Exception {
        proxy.origin().respond("HTTP/1.1 200 OK\r\n" + FIELD + ": max-age=5\r\nContent-Length: 0\r\n\r\n");
        assertThat(overTls("off", "example.com", "/").values(FIELD)).containsExactly("max-age=5");
    }

    @Test
    void theConfiguredValueIsSent() throws Exception {
        proxy.reload(
                """
                listeners { https { bind = "127.0.0.1:0", tls = public } }
                tls.public {
                  certificates = [ { chain = "site.pem", key = "site.key" } ]
                  hsts { max-age = 730 days, include-subdomains = true, preload = true }
                }
                routes = [ { host = "example.com", respond { body = "" } } ]
                access-log { format = off }
                """);
        assertThat(overTls("https", "example.com", "/").value(FIELD))
                .isEqualTo("max-age=63072000; includeSubDomains; preload");
    }

    private RawResponse overTls(String listener, String host, String path) throws IOException {
        try (RawClient client = RawClient.tls(proxy.port(listener), site.offer())) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .readResponse();
        }
    }

    private RawResponse inPlain(String listener) throws IOException {
        try (RawClient client = RawClient.plain(proxy.port(listener))) {
            return client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n").readResponse();
        }
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done, and never done, whatever the policy. */
class TlsHabitsWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [ { chain = "site.pem", key = "site.key" } ]
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
    }

    /** The group that the client guessed is not ours: it is asked for another (RFC 8446 §4.1.4), and ours come in our order. */
    @ParameterizedTest
    @CsvSource({"P-521:P-384:X25519, X25519", "P-521:P-384, P-384", "P-384:P-256, P-256"})
    @NeedsProgram("openssl")
    void s12AHelloRetryRequestLeadsToAGroupOfOurs(String groups, String expected) throws Exception {
        proxy.start(CONFIG);
        assertThat(site.openssl("-servername", "example.com", "-groups", groups, "-tls1_3"))
                .contains("New, TLSv1.3")
                .endsWith("exit 0");
        assertThat(proxy.scrape().sum("portcullis_tls_handshakes_total", "version=\"TLSv1.3\""))
                .isEqualTo(1);
        assertThat(proxy.scrape().samples().toString()).containsIgnoringCase("group=\"" + expected);
    }

    @Test
    @NeedsProgram("openssl")
    void s06RenegotiationByTheClientIsRefused() throws Exception {
        proxy.start(CONFIG);
        String seen = site.opensslTyping("R\n", "-servername", "example.com", "-tls1_2");
        assertThat(seen).contains("RENEGOTIATING").contains("alert").doesNotContain("exit 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO mallory.example\r\n", "USER anonymous\r\n", "a1 LOGIN a b\r\n"})
    void s08WhatOtherServicesSpeakIsNoRequest(String command) throws Exception {
        proxy.start(CONFIG);
        try (RawClient client = site.client()) {
            client.send(command + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(400);
            client.awaitClose();
        }
    }

    @Test
    void theAccessLogTellsTheClientsFingerprintWhereItIsAskedFor() throws Exception {
        proxy.start(CONFIG.replace("format = off", "format = json, to = \"access.log\", ja4 = on"));
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        Path log = proxy.dir().resolve("access.log");
        Await.until(() -> log.toFile().length() > 0, "a line");
        // The JDK's client: TLS 1.3, a name, no ALPN.
        assertThat(Files.readString(log)).containsPattern("\"ja4\":\"t13d[0-9]{4}00_[0-9a-f]{12}_[0-9a-f]{12}\"");
    }

    @Test
    @NeedsProgram("openssl")
    void s15NoEarlyDataIsOffered() throws Exception {
        proxy.start(CONFIG);
        assertThat(site.opensslRequest("example.com", null, "-tls1_3"))
                .contains("New Session Ticket arrived")
                .contains("Max Early Data: 0")
                .doesNotContainPattern("Max Early Data: [1-9]");
    }
}

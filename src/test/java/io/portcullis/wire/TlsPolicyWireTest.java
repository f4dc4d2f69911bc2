package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Versions, suites, application protocols, and how TLS connections end. */
class TlsPolicyWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [
              { chain = "site.pem", key = "site.key" }
              { chain = "rsa.pem", key = "rsa.key" }
            ]
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        site.authority().leaf("rsa.example.com").rsa(2048).write("rsa");
    }

    @Test
    @NeedsProgram("openssl")
    void openSslGetsTls13AndWithTls12AnEcdheAeadSuite() throws Exception {
        proxy.start(CONFIG);
        assertThat(site.openssl("-servername", "example.com", "-verify_return_error"))
                .contains("New, TLSv1.3")
                .contains("Verify return code: 0 (ok)")
                .endsWith("exit 0");
        assertThat(site.openssl("-servername", "example.com", "-tls1_2"))
                .contains("Protocol  : TLSv1.2")
                .containsPattern("Cipher +: ECDHE-ECDSA-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)");
        assertThat(site.openssl("-servername", "rsa.example.com", "-tls1_2"))
                .containsPattern("Cipher +: ECDHE-RSA-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305)");
        assertThat(proxy.scrape().sum("portcullis_tls_handshakes_total", "version=\"TLSv1.2\"", "resumed=\"false\""))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    @NeedsProgram("openssl")
    void s10OlderVersionsAreRefusedWithProtocolVersion(String version) throws Exception {
        proxy.start(CONFIG);
        assertThat(site.openssl("-servername", "example.com", version, "-cipher", "ALL:@SECLEVEL=0"))
                .contains("alert number 70")
                .doesNotContain("exit 0");
        site.awaitFailures("protocol_version", 1);
    }

    @Test
    @NeedsProgram("openssl")
    void s10AFallbackSignalIsHonoured() throws Exception {
        proxy.start(CONFIG);
        assertThat(site.openssl("-servername", "example.com", "-fallback_scsv", "-tls1_2"))
                .contains("inappropriate fallback")
                .doesNotContain("exit 0");
        site.awaitFailures("fallback", 1);
    }

    @Test
    @NeedsProgram("openssl")
    void modernPolicySpeaksTls13Only() throws Exception {
        proxy.start(CONFIG + "tls.public.policy = modern\n");
        assertThat(site.openssl("-servername", "example.com")).contains("New, TLSv1.3");
        assertThat(site.openssl("-servername", "example.com", "-tls1_2")).contains("alert number 70");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "AES128-GCM-SHA256", "AES256-SHA", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA",
                "ECDHE-ECDSA-AES256-SHA384", "DHE-RSA-AES128-GCM-SHA256", "NULL-SHA256", "ADH-AES128-GCM-SHA256"
            })
    @NeedsProgram("openssl")
    void s11WeakSuitesAreNotOffered(String suite) throws Exception {
        proxy.start(CONFIG);
        for (String name : List.of("example.com", "rsa.example.com")) {
            assertThat(site.openssl("-servername", name, "-tls1_2", "-cipher", suite + ":@SECLEVEL=0"))
                    .contains("alert number 40")
                    .doesNotContain("exit 0");
        }
        site.awaitFailures("no_shared_cipher", 2);
    }

    @Test
    @NeedsProgram("openssl")
    void s07NoCommonApplicationProtocolIsFatalAndACommonOneIsNamed() throws Exception {
        proxy.start(CONFIG);
        assertThat(site.openssl("-servername", "example.com", "-alpn", "spdy/3,imap"))
                .contains("no application protocol")
                .contains("alert number 120");
        site.awaitFailures("no_application_protocol", 1);
        assertThat(site.openssl("-servername", "example.com", "-alpn", "http/1.1,h2"))
                .contains("ALPN protocol: h2")
                .endsWith("exit 0");
        assertThat(site.openssl("-servername", "example.com", "-alpn", "imap,http/1.1"))
                .contains("ALPN protocol: http/1.1")
                .endsWith("exit 0");
        assertThat(site.openssl("-servername", "example.com"))
                .contains("No ALPN negotiated")
                .endsWith("exit 0");
    }

    @Test
    @NeedsProgram("openssl")
    void s07TheOperatorsListOfApplicationProtocolsDecides() throws Exception {
        proxy.start(CONFIG + "tls.public.alpn = [\"http/1.1\"]\n");
        assertThat(site.openssl("-servername", "example.com", "-alpn", "h2,http/1.1"))
                .contains("ALPN protocol: http/1.1")
                .endsWith("exit 0");
        assertThat(site.openssl("-servername", "example.com", "-alpn", "h2")).contains("alert number 120");
    }

    @Test
    @NeedsProgram("openssl")
    void s13TheChainIsLeafFirstThenIntermediatesAndNoRoot() throws Exception {
        site.authority().intermediate("Below").leaf("chain.example.org").write("rsa");
        proxy.start(CONFIG);
        String seen = site.openssl("-servername", "chain.example.org", "-showcerts", "-verify_return_error");
        assertThat(seen).contains("Verify return code: 0 (ok)");
        assertThat(seen.split("-----BEGIN CERTIFICATE-----", -1)).hasSize(3);
        assertThat(seen.lines().filter(line -> line.strip().matches("\\d s:.*")).toList())
                .hasSize(2)
                .first()
                .asString()
                .contains("chain.example.org");
    }

    @Test
    void s03AnUnreadableCertificateFailsClosed() throws Exception {
        Files.delete(proxy.dir().resolve("rsa.key"));
        assertThatThrownBy(() -> proxy.start(CONFIG)).hasMessageContaining("rsa.key");
    }

    @Test
    void s16CloseNotifyComesBeforeTheEnd() throws Exception {
        proxy.start(CONFIG);
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
            // The JDK throws where the connection ends without close_notify.
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void s16AClientThatLeavesWithoutCloseNotifyIsNoFailure() throws Exception {
        proxy.start(CONFIG);
        try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), proxy.port("https"))) {
            SSLSocket tls = over(raw);
            tls.getOutputStream().write(GET.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(tls.getInputStream().read()).isEqualTo('H');
            raw.shutdownOutput();
            raw.setSoTimeout((int) Await.LIMIT.toMillis());
            raw.getInputStream().readAllBytes();
        }
        awaitNoConnections();
        assertThat(proxy.scrape().sum("portcullis_failures_total")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aCorruptRecordEndsTheConnectionPromptly(String version) throws Exception {
        proxy.start(CONFIG);
        try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), proxy.port("https"))) {
            SSLSocket tls = over(raw, version);
            tls.getOutputStream().write(GET.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(tls.getInputStream().read()).isEqualTo('H');
            raw.getOutputStream().write(corruptRecord());
            raw.setSoTimeout(3000);
            raw.getInputStream().readAllBytes();
        }
        awaitNoConnections();
    }

    @Test
    void aCorruptRecordWithinTheHandshakeEndsItPromptly() throws Exception {
        proxy.start(CONFIG);
        try (RawClient client = RawClient.plain(proxy.port("https")).within(java.time.Duration.ofSeconds(3))) {
            client.sendBytes(Hellos.ofJdk("example.com"));
            assertThat(client.readExactly(1)).isEqualTo("\u0016");
            client.sendBytes(corruptRecord());
            client.readAll();
        }
        site.awaitFailures("malformed", 1);
    }

    private static byte[] corruptRecord() {
        byte[] record = new byte[5 + 64];
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[4] = 64;
        return record;
    }

    private SSLSocket over(Socket raw, String... versions) throws IOException {
        SSLSocket tls = (SSLSocket) site.trust().getSocketFactory().createSocket(raw, HttpsSite.NAME, 0, false);
        if (versions.length > 0) {
            tls.setEnabledProtocols(versions);
        }
        tls.startHandshake();
        return tls;
    }

    @Test
    void s18FailedHandshakesAreOneDebugLineEach() throws Exception {
        proxy.start(CONFIG + "log.level = debug\n");
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        root.addAppender(lines);
        try {
            assertThatThrownBy(() ->
                            RawClient.tls(proxy.port("https"), site.offer().named("unknown.org")))
                    .isInstanceOf(SSLException.class);
            try (RawClient client = RawClient.plain(proxy.port("https"))) {
                client.send("\u0016\u0003\u0001\u0000\u0005garbage in the first record");
                client.readAll();
            }
            Await.until(() -> failureLines(lines).size() >= 2, "two lines");
        } finally {
            root.detachAppender(lines);
        }
        assertThat(failureLines(lines)).hasSize(2).allSatisfy(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
            assertThat(line.getThrowableProxy()).isNull();
            assertThat(line.getFormattedMessage()).doesNotContain("\n").contains("127.0.0.1");
        });
        assertThat(lines.list).noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.WARN));
    }

    private static List<ILoggingEvent> failureLines(ListAppender<ILoggingEvent> lines) {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getFormattedMessage().startsWith("TLS handshake of "))
                .toList();
    }

    private void awaitNoConnections() {
        Await.until(
                () -> {
                    try {
                        return proxy.scrape().sum("portcullis_listener_connections", "listener=\"https\"") == 0;
                    } catch (IOException e) {
                        throw new AssertionError("no scrape", e);
                    }
                },
                "every connection to be closed");
    }
}

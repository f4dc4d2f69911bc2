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
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Failed handshakes are named by their cause, by the host that was asked for, and by the kind of client. */
class HandshakeReasonsWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [ { chain = "site.pem", key = "site.key" } ]
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.portcullis.listen.Handshake");
    private HttpsSite site;

    @BeforeEach
    void begin() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.start(CONFIG);
        logger.setLevel(Level.DEBUG);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    @NeedsProgram("openssl")
    void anOldClientIsToldFromItsVersion() {
        for (String version : List.of("-tls1", "-tls1_1")) {
            site.openssl("-servername", "example.com", version, "-cipher", "ALL:@SECLEVEL=0");
        }
        assertThat(line(0))
                .contains("on listener https failed: the client speaks at most TLS 1.0, older than the policy allows"
                        + " (protocol_version; alert sent: protocol_version; name asked for: example.com;"
                        + " client: tls_1_0, ");
        assertThat(line(1)).contains("speaks at most TLS 1.1, older").contains("client: tls_1_1, ");
        assertThat(failed("protocol_version", "tls_1_0")).isEqualTo(1);
        assertThat(failed("protocol_version", "tls_1_1")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsProgram("openssl")
    void aClientThatDoesNotTrustOurCaSaysSoInEitherVersion(String version) {
        Programs.run(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + proxy.port("https"),
                "-verify_return_error",
                "-servername",
                "example.com",
                version);
        assertThat(line(0))
                .contains("the client does not trust our CA")
                .contains("(unknown_ca; alert received: unknown_ca; name asked for: example.com; client: openssl, ");
        assertThat(failed("unknown_ca", "openssl")).isEqualTo(1);
    }

    @Test
    void aJavaClientThatDistrustsUsIsAJavaClient() throws Exception {
        SSLContext trustsOthers = SSLContext.getDefault();
        try (SSLSocket socket =
                (SSLSocket) trustsOthers.getSocketFactory().createSocket("127.0.0.1", proxy.port("https"))) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }
        assertThat(line(0))
                .contains("(bad_certificate; alert received: certificate_unknown; ")
                .contains("java, ");
        assertThat(failed("bad_certificate", "java")).isEqualTo(1);
    }

    @Test
    @NeedsProgram("openssl")
    void protocolsThatWeDoNotSpeakAreNamed() {
        site.openssl("-servername", "example.com", "-alpn", "spdy/3,imap");
        assertThat(line(0))
                .contains(
                        "the client offers only spdy/3, imap (ALPN), and we speak none of it (no_application_protocol;"
                                + " alert sent: no_application_protocol; ");
    }

    @Test
    @NeedsProgram("openssl")
    void aFallbackIsNamedAsOne() {
        site.openssl("-servername", "example.com", "-fallback_scsv", "-tls1_2");
        assertThat(line(0)).contains("came again with an older TLS version").contains("sent: inappropriate_fallback");
    }

    @Test
    void whatCannotBeReadComesFromNoKnownClient() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port("https"))) {
            socket.getOutputStream().write(HexFormat.of().parseHex("16030100060100000203ff"));
            socket.getOutputStream().flush();
            socket.getInputStream().readAllBytes();
        }
        assertThat(line(0)).contains("(malformed; alert sent: decode_error; name asked for: none; client: none, ");
        assertThat(failed("malformed", "none")).isEqualTo(1);
    }

    /** A fatal alert in the clear right behind the ClientHello, each of another meaning. */
    @ParameterizedTest
    @CsvSource({"44, certificate_revoked", "113, staple_refused", "45, certificate_expired", "40, no_shared_cipher"})
    void anAlertOfTheClientIsItsReason(byte number, String reason) throws Exception {
        byte[] hello = Hellos.ofJdk("example.com");
        byte[] both = Arrays.copyOf(hello, hello.length + 7);
        byte[] alert = {21, 3, 3, 0, 2, 2, number};
        System.arraycopy(alert, 0, both, hello.length, alert.length);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port("https"))) {
            socket.getOutputStream().write(hello);
            socket.getOutputStream().flush();
            // Our flight is there: the engine waits for the client's.
            assertThat(socket.getInputStream().read()).isEqualTo(22);
            socket.getOutputStream().write(both, hello.length, alert.length);
            socket.getOutputStream().flush();
            assertThat(line(0)).contains("(" + reason + "; alert received: ");
        }
        assertThat(failed(reason, "java")).isEqualTo(1);
    }

    @Test
    @NeedsProgram("openssl")
    void thoseWhoGetInAreCountedByKindAndProtocol() throws Exception {
        site.openssl("-servername", "example.com", "-alpn", "h2");
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer().alpn("http/1.1"))) {
            client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        TlsOffer none = site.offer();
        RawClient.tls(proxy.port("https"), none).close();
        assertThat(clients("openssl", "h2")).isEqualTo(1);
        assertThat(clients("java", "http1")).isEqualTo(1);
        assertThat(clients("java", "none")).isEqualTo(1);
    }

    @Test
    @NeedsProgram("curl")
    void curlIsOneOfThoseWithOpenssl() throws Exception {
        Programs.run(
                "curl",
                "-s",
                "--cacert",
                site.rootFile().toString(),
                "--resolve",
                "example.com:" + proxy.port("https") + ":127.0.0.1",
                "https://example.com:" + proxy.port("https") + "/");
        assertThat(clients("openssl", "h2")).isEqualTo(1);
    }

    private double clients(String family, String alpn) throws IOException {
        return proxy.scrape().sum("portcullis_tls_clients_total", "family=\"" + family + "\"", "alpn=\"" + alpn + "\"");
    }

    private double failed(String reason, String family) {
        try {
            return proxy.scrape()
                    .sum(
                            "portcullis_tls_handshake_failures_total",
                            "reason=\"" + reason + "\"",
                            "family=\"" + family + "\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }

    private String line(int index) {
        Await.until(() -> lines.list.size() > index, "line " + index + " of failed handshakes");
        return lines.list.get(index).getFormattedMessage();
    }
}

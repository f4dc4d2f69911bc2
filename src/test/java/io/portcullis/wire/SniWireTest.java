package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Relay;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which certificate a name gets, and how a ClientHello may arrive. */
class SniWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [
              { chain = "site.pem", key = "site.key" }
              { chain = "exact.pem", key = "exact.key" }
            ]
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        site.authority().leaf("shop.example.com", "other.org").write("exact");
        site.authority().leaf("fallback.net").write("fallback");
    }

    @Test
    void anExactNameBeatsAWildcardAndAWildcardCoversOneLabel() throws Exception {
        proxy.start(CONFIG);
        assertThat(nameServed("shop.example.com")).isEqualTo("shop.example.com");
        assertThat(nameServed("OTHER.org")).isEqualTo("shop.example.com");
        assertThat(nameServed("www.example.com")).isEqualTo("example.com");
        assertThat(nameServed("example.com")).isEqualTo("example.com");
        assertThatThrownBy(() -> nameServed("a.b.example.com")).hasMessageContaining("unrecognized_name");
    }

    @Test
    @NeedsProgram("openssl")
    void anUnknownNameGetsUnrecognizedNameAndNoCertificate() throws Exception {
        proxy.start(CONFIG);
        String seen = site.openssl("-servername", "unknown.org");
        assertThat(seen)
                .contains("unrecognized name")
                .contains("alert number 112")
                .contains("no peer certificate");
        site.awaitFailures("unrecognized_name", 1);
    }

    @Test
    @NeedsProgram("openssl")
    void theOneMarkedDefaultServesUnknownNamesAndNoName() throws Exception {
        proxy.start(CONFIG.replace(
                "{ chain = \"exact.pem\"",
                "{ chain = \"fallback.pem\", key = \"fallback.key\", default = true }\n  { chain = \"exact.pem\""));
        try (RawClient client = RawClient.tls(proxy.port("https"), TlsOffer.trusting(site.rootFile()))) {
            assertThat(commonName(client)).isEqualTo("fallback.net");
        }
        assertThat(site.openssl("-servername", "unknown.org")).contains("subject=CN = fallback.net");
    }

    @Test
    void s09AClientHelloOneByteAtATimeIsUnderstood() throws Exception {
        proxy.start(CONFIG);
        try (Relay relay = Relay.byteByByte(proxy.port("https"))) {
            answers(relay);
        }
    }

    @Test
    void s09AClientHelloOverSeveralRecordsIsUnderstood() throws Exception {
        proxy.start(CONFIG);
        for (int size : new int[] {1, 40, 100}) {
            try (Relay relay = Relay.overRecords(proxy.port("https"), size)) {
                answers(relay);
            }
        }
    }

    private void answers(Relay relay) throws IOException {
        try (RawClient client = RawClient.tls(relay.port(), site.offer().named("www.example.com"))) {
            client.send("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
            assertThat(client.readResponse().body()).isEqualTo("here");
        }
    }

    @Test
    void s09ASlowClientHelloIsCutAtTheHandshakeTimeout() throws Exception {
        proxy.start(CONFIG + "timeouts.tls-handshake = 300 ms\n");
        try (RawClient silent = RawClient.plain(proxy.port("https"));
                RawClient slow = RawClient.plain(proxy.port("https"))) {
            slow.sendBytes(new byte[] {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3});
            silent.awaitClose();
            slow.awaitClose();
        }
        site.awaitFailures("timeout", 2);
    }

    @Test
    void s09AHandshakeThatStopsAfterTheClientHelloIsCutToo() throws Exception {
        proxy.start(CONFIG + "timeouts.tls-handshake = 500 ms\n");
        byte[] hello = Hellos.ofJdk("example.com");
        try (RawClient client = RawClient.plain(proxy.port("https"))) {
            client.sendBytes(hello);
            assertThat(client.readExactly(1)).isEqualTo("\u0016");
            client.readAll();
        }
        site.awaitFailures("timeout", 1);
    }

    @Test
    void s09AClientHelloBeyondItsLimitIsRefused() throws Exception {
        proxy.start(CONFIG + "limits.client-hello = 1 KiB\n");
        try (RawClient client = RawClient.plain(proxy.port("https"))) {
            byte[] record = new byte[5 + 0x2000];
            System.arraycopy(new byte[] {22, 3, 1, 0x20, 0, 1, 0, 0x1f, (byte) 0xfc, 3, 3}, 0, record, 0, 11);
            client.sendBytes(record);
            client.readAll();
        }
        site.awaitFailures("client_hello_too_large", 1);
    }

    @Test
    void whatIsNeitherTlsNorHttpIsClosedAndCounted() throws Exception {
        proxy.start(CONFIG);
        try (RawClient client = RawClient.plain(proxy.port("https"))) {
            client.sendBytes("SSH-2.0-OpenSSH_9.6\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readAll()).isEmpty();
        }
        site.awaitFailures("not_tls", 1);
    }

    private String nameServed(String name) throws IOException {
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer().named(name))) {
            return commonName(client);
        }
    }

    private static String commonName(RawClient client) throws IOException {
        X509Certificate leaf = (X509Certificate)
                java.util.Objects.requireNonNull(client.session()).getPeerCertificates()[0];
        return leaf.getSubjectX500Principal().getName().replaceFirst("^CN=([^,]*).*", "$1");
    }
}

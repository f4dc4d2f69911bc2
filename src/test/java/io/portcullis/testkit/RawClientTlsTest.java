package io.portcullis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Objects;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RawClientTlsTest {
    private static final String PASSWORD = "changeit";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";

    private final Path dir;

    RawClientTlsTest(@TempDir Path dir) {
        this.dir = dir;
    }

    @BeforeAll
    void makeCertificate() {
        keytool("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=a.example", "-ext", "SAN=dns:a.example");
        keytool(
                "-exportcert",
                "-alias",
                "a",
                "-rfc",
                "-file",
                dir.resolve("ca.pem").toString());
    }

    private void keytool(String... arguments) {
        String[] command = new String[arguments.length + 5];
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        command[arguments.length + 1] = "-keystore";
        command[arguments.length + 2] = dir.resolve("a.p12").toString();
        command[arguments.length + 3] = "-storepass";
        command[arguments.length + 4] = PASSWORD;
        Programs.run(command).ok();
    }

    private SSLContext server() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(dir.resolve("a.p12"))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    private TlsOffer offer() {
        return TlsOffer.trusting(dir.resolve("ca.pem"));
    }

    @Test
    void nameAndProtocolArriveAsOffered() throws Exception {
        try (Origin origin = Origin.startTls(server());
                RawClient client =
                        RawClient.tls(origin.port(), offer().named("a.example").protocols("TLSv1.2"))) {
            assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
            assertThat(Objects.requireNonNull(client.session()).getProtocol()).isEqualTo("TLSv1.2");
            ExtendedSSLSession seen = (ExtendedSSLSession)
                    Objects.requireNonNull(origin.connections().getFirst().session());
            assertThat(seen.getRequestedServerNames()).containsExactly(new SNIHostName("a.example"));
        }
    }

    @Test
    void withoutANameNoneIsSentAndTheChainIsStillChecked() throws Exception {
        try (Origin origin = Origin.startTls(server());
                RawClient client = RawClient.tls(origin.port(), offer())) {
            client.send(GET).halfClose();
            assertThat(client.readAll()).endsWith("ok");
            ExtendedSSLSession seen = (ExtendedSSLSession)
                    Objects.requireNonNull(origin.connections().getFirst().session());
            assertThat(seen.getRequestedServerNames()).isEmpty();
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() throws Exception {
        try (Origin origin = Origin.startTls(server())) {
            assertThatThrownBy(() -> RawClient.tls(origin.port(), offer().named("b.example")))
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("b.example");
        }
    }
}

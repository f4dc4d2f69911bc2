package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.Problem;
import io.portcullis.config.SourceLine;
import io.portcullis.config.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DevCertificatesTest {
    private static final Clock NOW = Clock.systemUTC();

    @TempDir
    Path dir;

    @Test
    void theFirstRunMakesAllAndTheSecondKeepsIt() throws IOException {
        DevCertificates.Made first = new DevCertificates(dir.resolve("certs-dev"), NOW).ensure();
        assertThat(first.madeCa()).isTrue();
        assertThat(first.madeLeaf()).isTrue();
        assertThat(first.names()).contains("localhost", "*.localhost", "127.0.0.1", "::1");
        assertThat(Duration.between(NOW.instant(), first.notAfter()).toDays()).isBetween(395L, 397L);
        byte[] leaf = Files.readAllBytes(first.chain());
        DevCertificates.Made second = new DevCertificates(dir.resolve("certs-dev"), NOW).ensure();
        assertThat(second.madeCa()).isFalse();
        assertThat(second.madeLeaf()).isFalse();
        assertThat(Files.readAllBytes(second.chain())).isEqualTo(leaf);
    }

    @Test
    void keysAreForTheOwnerAloneAndNothingElseIsLeft() throws IOException {
        DevCertificates.Made made = new DevCertificates(dir, NOW).ensure();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.key())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("ca.key"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.ca())))
                .isEqualTo("rw-r--r--");
        try (Stream<Path> files = Files.list(dir)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("ca.pem", "ca.key", "dev.pem", "dev.key");
        }
    }

    @Test
    void checkingThemFindsNothingToComplainAbout() throws IOException {
        DevCertificates.Made made = new DevCertificates(dir, NOW).ensure();
        List<Problem> problems = new ArrayList<>();
        assertThat(new FileCertificates(NOW)
                        .load(
                                new TlsConfig.Certificate(
                                        made.chain(), made.key(), List.of(), false, false, SourceLine.NOWHERE),
                                "dev",
                                problems::add))
                .isNotNull();
        assertThat(problems).isEmpty();
    }

    @Test
    void aLeafThatExpiresSoonIsRenewedUnderTheSameAuthority() throws IOException {
        DevCertificates.Made old = new DevCertificates(dir, Clock.offset(NOW, Duration.ofDays(-370))).ensure();
        byte[] ca = Files.readAllBytes(old.ca());
        DevCertificates.Made made = new DevCertificates(dir, NOW).ensure();
        assertThat(made.madeCa()).isFalse();
        assertThat(made.madeLeaf()).isTrue();
        assertThat(Files.readAllBytes(made.ca())).isEqualTo(ca);
        assertThat(made.notAfter()).isAfter(old.notAfter());
    }

    @Test
    void anExpiredAuthorityIsReplacedTogetherWithItsLeaf() throws IOException {
        new DevCertificates(dir, Clock.offset(NOW, Duration.ofDays(-3700))).ensure();
        DevCertificates.Made made = new DevCertificates(dir, NOW).ensure();
        assertThat(made.madeCa()).isTrue();
        assertThat(made.madeLeaf()).isTrue();
    }

    @Test
    void aMissingNameOrADamagedFileMakesANewLeaf() throws IOException {
        new DevCertificates(dir, NOW, List.of("localhost")).ensure();
        assertThat(new DevCertificates(dir, NOW, List.of("localhost", "new.example"))
                        .ensure()
                        .names())
                .containsExactly("localhost", "new.example");
        Files.writeString(dir.resolve("dev.key"), "torn");
        assertThat(new DevCertificates(dir, NOW, List.of("localhost")).ensure().madeLeaf())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "app.localhost"})
    void aJavaClientThatTrustsTheAuthorityVerifiesTheName(String name) throws Exception {
        DevCertificates.Made made = new DevCertificates(dir, NOW).ensure();
        try (TlsLab lab = new TlsLab()) {
            CertificateIndex index = lab.index(
                    new TlsConfig.Certificate(made.chain(), made.key(), List.of(), false, false, SourceLine.NOWHERE));
            try (HandshakeServer server = new HandshakeServer(Objects.requireNonNull(index.match(null)), 10_000);
                    SSLSocket socket = (SSLSocket) trusting(made.ca())
                            .getSocketFactory()
                            .createSocket(
                                    new Socket(InetAddress.getLoopbackAddress(), server.port()), name, 443, true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
            }
        }
    }

    private static SSLContext trusting(Path ca) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(ca)) {
            store.setCertificateEntry("ca", (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}

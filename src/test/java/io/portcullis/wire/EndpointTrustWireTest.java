package io.portcullis.wire;

import static io.portcullis.wire.EndpointTlsStage.CA;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom Portcullis believes among endpoints that speak TLS, what it shows them, and what is told of those that fail. */
class EndpointTrustWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private EndpointTlsStage stage;

    @BeforeEach
    void makeAuthority() throws Exception {
        stage = new EndpointTlsStage(proxy);
    }

    @Test
    void r12AGoodCertificateForTheEndpointsAddressIsBelieved() throws Exception {
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("127.0.0.1").write("good"))) {
            stage.start(origin.address(), CA);
            assertThat(stage.ask().body()).isEqualTo("over TLS");
            SSLSession session =
                    Objects.requireNonNull(origin.connections().get(0).session());
            assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
            assertThat(EndpointTlsStage.asked(session))
                    .as("no SNI for an address")
                    .isEmpty();
        }
    }

    @Test
    void r12TheNameThatIsVerifiedIsTheOneAskedFor() throws Exception {
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("app.internal").write("good"))) {
            stage.start(origin.address(), CA + ", name = app.internal");
            assertThat(stage.ask().body()).isEqualTo("over TLS");
            assertThat(EndpointTlsStage.asked(
                            Objects.requireNonNull(origin.connections().get(0).session())))
                    .containsExactly("app.internal");
        }
    }

    @Test
    void r12SniMayBeAnotherNameAndIsNotTakenForTheVerifiedOne() throws Exception {
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("front.internal").write("good"))) {
            stage.start(origin.address(), CA + ", name = app.internal, sni = front.internal");
            assertThat(stage.refused("tls_certificate_error")).contains("not for app.internal but for front.internal");
            assertThat(origin.requestCount()).isZero();
        }
    }

    @Test
    void r12AWrongNameIsRefusedAndNothingIsSent() throws Exception {
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("other.internal").write("wrong"))) {
            stage.start(origin.address(), CA);
            assertThat(stage.refused("tls_certificate_error"))
                    .contains("its certificate is refused: it is not for 127.0.0.1");
            assertThat(origin.requestCount()).isZero();
        }
    }

    @Test
    void r12AnExpiredCertificateIsRefused() throws Exception {
        try (Origin origin = EndpointTlsStage.serving(
                stage.backend().leaf("127.0.0.1").expired().write("old"))) {
            stage.start(origin.address(), CA);
            assertThat(stage.refused("tls_certificate_error")).contains("has expired");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ca = \"other/ca.pem\""})
    void r12AnUnknownIssuerIsRefused(String trusted) throws Exception {
        TestCertificates.in(Files.createDirectories(proxy.dir().resolve("other")));
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("127.0.0.1").write("stranger"))) {
            stage.start(origin.address(), trusted);
            assertThat(stage.refused("tls_certificate_error")).contains("is not known");
        }
    }

    @Test
    void r12ACertificateForClientsIsRefused() throws Exception {
        try (Origin origin = EndpointTlsStage.serving(
                stage.backend().leaf("127.0.0.1").client().write("client"))) {
            stage.start(origin.address(), CA);
            stage.refused("tls_certificate_error");
        }
    }

    @Test
    void whereVerificationIsOffAnyCertificateWillDo() throws Exception {
        try (Origin origin = EndpointTlsStage.serving(
                stage.backend().leaf("other.internal").expired().write("bad"))) {
            stage.start(origin.address(), "verify = off");
            assertThat(stage.ask().body()).isEqualTo("over TLS");
        }
    }

    @Test
    void aChangedAuthorityIsTakenByAReload() throws Exception {
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("127.0.0.1").write("good"))) {
            TestCertificates other =
                    TestCertificates.in(Files.createDirectories(proxy.dir().resolve("other")));
            Path trusted = proxy.dir().resolve("trusted.pem");
            Files.copy(other.rootFile(), trusted);
            stage.start(origin.address(), "ca = trusted.pem");
            stage.refused("tls_certificate_error");
            Files.delete(trusted);
            Files.copy(stage.backend().rootFile(), trusted);
            proxy.reload();
            assertThat(stage.ask().body()).isEqualTo("over TLS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsProgram("openssl")
    void anEndpointThatWantsACertificateGetsOurs(String version) throws Exception {
        stage.backend().leaf("portcullis").client().write("ours");
        TestLeaf site = stage.backend().leaf("127.0.0.1").write("good");
        int port = Ports.free();
        try (RunningProgram server =
                stage.openssl(port, site, version, "-Verify", "1", "-verify_return_error", "-CAfile", stage.root())) {
            stage.start("127.0.0.1:" + port, CA + ", chain = \"backend/ours.pem\", key = \"backend/ours.key\"");
            RawResponse answer = stage.ask();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("s_server");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsProgram("openssl")
    void anEndpointThatWantsACertificateAndGetsNoneIsHeard(String version) throws Exception {
        TestLeaf site = stage.backend().leaf("127.0.0.1").write("good");
        int port = Ports.free();
        try (RunningProgram server =
                stage.openssl(port, site, version, "-Verify", "1", "-verify_return_error", "-CAfile", stage.root())) {
            stage.start("127.0.0.1:" + port, CA);
            assertThat(stage.refused("tls_alert_received")).contains("(chain, key)");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    @NeedsProgram("openssl")
    void anEndpointThatStoppedAtTls11IsRefused() throws Exception {
        TestLeaf site = stage.backend().leaf("127.0.0.1").rsa(2048).write("old");
        int port = Ports.free();
        try (RunningProgram server = stage.openssl(port, site, "-tls1_1", "-cipher", "ALL@SECLEVEL=0")) {
            stage.start("127.0.0.1:" + port, CA);
            assertThat(stage.refused("tls_alert_received")).contains("protocol_version");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    @NeedsProgram("openssl")
    void theLowestVersionCanBeRaised() throws Exception {
        TestLeaf site = stage.backend().leaf("127.0.0.1").write("good");
        int port = Ports.free();
        try (RunningProgram server = stage.openssl(port, site, "-tls1_2")) {
            stage.start("127.0.0.1:" + port, CA + ", min = \"1.3\"");
            assertThat(stage.refused("tls_alert_received")).contains("protocol_version");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    @NeedsProgram("openssl")
    void r12WhoDoesNotAgreeToHttp2ByAlpnIsNotSpokenToInIt() throws Exception {
        TestLeaf site = stage.backend().leaf("127.0.0.1").write("good");
        int port = Ports.free();
        try (RunningProgram server = stage.openssl(port, site, "-tls1_3")) {
            proxy.start(EndpointTlsStage.config("127.0.0.1:" + port, CA, "protocol = h2"));
            assertThat(stage.refused("tls_protocol_error")).contains("does not speak h2 (ALPN)");
            assertThat(server.isRunning()).isTrue();
        }
    }
}

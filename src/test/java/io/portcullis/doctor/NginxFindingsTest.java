package io.portcullis.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mistakes that are made with nginx. */
@NeedsProgram("nginx")
class NginxFindingsTest {
    @TempDir
    Path dir;

    private final Sick sick = new Sick();
    private final int port = Ports.free();
    private TestCertificates below;
    private TestLeaf whole;

    @BeforeEach
    void certificates() {
        TestCertificates ca = TestCertificates.in(dir);
        sick.trusting(ca.rootFile());
        below = ca.intermediate("Below");
        whole = below.leaf(Sick.NAME).write("whole");
    }

    @AfterEach
    void close() throws Exception {
        sick.close();
    }

    private Diagnosis serving(Patient.Speaks speaks, String server) throws IOException {
        Path file = Files.writeString(
                dir.resolve("nginx.conf"),
                """
                daemon off;
                master_process off;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %1$s/a; proxy_temp_path %1$s/b; fastcgi_temp_path %1$s/c;
                  uwsgi_temp_path %1$s/d; scgi_temp_path %1$s/e;
                  server { %2$s }
                }
                """
                        .formatted(dir, server.formatted(port)));
        try (RunningProgram nginx =
                Programs.start("nginx", "-p", dir.toString(), "-e", dir + "/error.log", "-c", file.toString())) {
            Await.until(this::listens, () -> "nginx to listen; it runs: " + nginx.isRunning(), Await.LIMIT);
            return sick.see(port, speaks);
        }
    }

    private boolean listens() {
        try (Socket probe = new Socket(Sick.HERE, port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void sslIsForgottenInListen() throws Exception {
        Diagnosis diagnosis = serving(Patient.Speaks.TLS, "listen 127.0.0.1:%d; return 200 ok;");
        assertThat(Sick.only(Ailment.PLAIN_ON_TLS_PORT, diagnosis).remedy()).contains("nginx: listen " + port + " ssl");
    }

    @Test
    void theCertificateIsNamedWithoutItsChain() throws Exception {
        Files.writeString(
                dir.resolve("leaf.pem"),
                Files.readString(whole.chainFile()).replaceAll("(?s)(-----END CERTIFICATE-----\\n).*", "$1"));
        Diagnosis diagnosis =
                serving(Patient.Speaks.TLS, certified("whole", "return 200 ok;").replace("whole.pem", "leaf.pem"));
        assertThat(Sick.only(Ailment.ISSUER_UNKNOWN, diagnosis).proof())
                .contains("the server sent 1 certificate; the last, CN=" + Sick.NAME + ", was issued by CN=Below");
        assertThat(Sick.ailments(serving(Patient.Speaks.TLS, certified("whole", "return 200 ok;"))))
                .containsExactly(Ailment.HSTS_MISSING);
    }

    @Test
    void onlyAnOldVersionIsAllowed() throws Exception {
        Diagnosis diagnosis = serving(
                Patient.Speaks.TLS,
                certified("whole", "ssl_protocols TLSv1; ssl_ciphers ALL:@SECLEVEL=0; return 200 ok;"));
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.TLS_VERSION);
    }

    @Test
    void hstsAndARedirectWithoutThePortOnThePlainServer() throws Exception {
        Diagnosis diagnosis = serving(
                Patient.Speaks.PLAIN,
                "listen 127.0.0.1:%d; add_header Strict-Transport-Security max-age=31536000 always;"
                        + " return 301 https://$host:1$request_uri;");
        assertThat(Sick.ailments(diagnosis)).containsExactlyInAnyOrder(Ailment.REDIRECT_PORT, Ailment.HSTS_ON_HTTP);
    }

    @Test
    void theCertificateIsOfLastYear() throws Exception {
        below.leaf(Sick.NAME).expired().write("old");
        Diagnosis diagnosis = serving(Patient.Speaks.TLS, certified("old", "return 200 ok;"));
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.CERTIFICATE_EXPIRED, Ailment.HSTS_MISSING);
    }

    @Test
    void theCertificateIsTheNeighbours() throws Exception {
        below.leaf("www.neighbour.example").write("other");
        Diagnosis diagnosis = serving(Patient.Speaks.TLS, certified("other", "return 200 ok;"));
        assertThat(Sick.only(Ailment.NAME_MISMATCH, diagnosis).proof()).contains("www.neighbour.example");
    }

    @Test
    void theKeysAlgorithmIsTooSmall() throws Exception {
        below.leaf(Sick.NAME).rsa(1024).write("small");
        Diagnosis diagnosis =
                serving(Patient.Speaks.TLS, certified("small", "ssl_ciphers ALL:@SECLEVEL=0; return 200 ok;"));
        assertThat(Sick.only(Ailment.WEAK_KEY, diagnosis).remedy()).contains("openssl");
    }

    @Test
    void proxyAndApplicationSendHstsBoth() throws Exception {
        String twice = "add_header Strict-Transport-Security max-age=63072000 always;"
                + " add_header Strict-Transport-Security max-age=300 always; return 200 ok;";
        Diagnosis diagnosis = serving(Patient.Speaks.TLS, certified("whole", twice));
        assertThat(Sick.only(Ailment.HSTS_BROKEN, diagnosis).what()).contains("twice");
    }

    @Test
    void hstsTakesInSubdomainsThatHaveNoCertificate() throws Exception {
        String value = "\"max-age=63072000; includeSubDomains\"";
        Diagnosis diagnosis = serving(
                Patient.Speaks.TLS,
                certified("whole", "add_header Strict-Transport-Security " + value + " always; return 200 ok;"));
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.HSTS_SUBDOMAINS, Ailment.HSTS_PORTS);
    }

    @Test
    void everyRequestIsSentToItself() throws Exception {
        Diagnosis diagnosis = serving(Patient.Speaks.TLS, certified("whole", "return 301 https://$http_host/;"));
        assertThat(Sick.only(Ailment.REDIRECT_LOOP, diagnosis).remedy()).contains("X-Forwarded-Proto");
    }

    @Test
    void tlsStandsOnThePlainPort() throws Exception {
        Diagnosis diagnosis = serving(Patient.Speaks.PLAIN, certified("whole", "return 200 ok;"));
        assertThat(Sick.ailments(diagnosis)).contains(Ailment.TLS_ON_PLAIN_PORT);
    }

    @Test
    void onlyOtherSuitesAreAllowed() throws Exception {
        Diagnosis diagnosis = serving(
                Patient.Speaks.TLS,
                certified(
                        "whole", "ssl_protocols TLSv1.2; ssl_ciphers CAMELLIA:AES128-CCM:@SECLEVEL=0; return 200 ok;"));
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.TLS_SUITES);
    }

    @Test
    void onlyAnotherCurveIsAllowed() throws Exception {
        Diagnosis diagnosis = serving(Patient.Speaks.TLS, certified("whole", "ssl_ecdh_curve X448; return 200 ok;"));
        assertThat(Sick.only(Ailment.TLS_GROUPS, diagnosis).proof()).contains("X448");
    }

    private static String certified(String name, String rest) {
        return "listen 127.0.0.1:%d ssl; ssl_certificate " + name + ".pem; ssl_certificate_key " + name + ".key; "
                + rest;
    }
}

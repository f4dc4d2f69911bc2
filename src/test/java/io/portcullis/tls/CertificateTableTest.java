package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.TestCertificates;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateTableTest {
    @TempDir
    Path dir;

    @Test
    void theNextToExpireStandsFirst() {
        CertificateFacts late = facts("late.example", "2027-03-01T00:00:00Z");
        CertificateFacts soon = facts("soon.example", "2027-01-11T12:30:00Z");
        assertThat(CertificateTable.of(List.of(late, soon), Instant.parse("2027-01-01T00:00:00Z")))
                .isEqualTo(
                        """
                        NAME          KIND         NOT AFTER          LEFT     SHA-256           NAMES
                        soon.example  ECDSA P-256  2027-01-11 12:30Z  10 days  0123456789abcdef  soon.example *.soon.example
                        late.example  ECDSA P-256  2027-03-01 00:00Z  59 days  0123456789abcdef  late.example *.late.example
                        """);
    }

    @Test
    void factsComeFromTheCertificate() {
        try (TlsLab lab = new TlsLab()) {
            TestCertificates ca = TestCertificates.in(dir);
            CertificateIndex index = lab.index(
                    TlsLab.certificate(ca.leaf("a.example").rsa(2048).write("a")),
                    TlsLab.certificate(ca.intermediate("Lower")
                            .leaf("b.example", "c.example")
                            .ec("secp384r1")
                            .write("b")));
            List<CertificateFacts> facts =
                    index.credentials().stream().map(CertificateFacts::of).toList();
            assertThat(facts).extracting(CertificateFacts::kind).containsExactly("RSA 2048", "ECDSA P-384");
            assertThat(facts).extracting(CertificateFacts::chainLength).containsExactly(1, 2);
            assertThat(facts.get(1).names()).containsExactly("b.example", "c.example");
            assertThat(facts.get(1).issuer()).isEqualTo("CN=Lower");
        }
    }

    private static CertificateFacts facts(String name, String notAfter) {
        return new CertificateFacts(
                name,
                "ECDSA P-256",
                Instant.parse(notAfter),
                List.of(name, "*." + name),
                "CN=Test",
                "0123456789abcdef".repeat(4),
                1,
                Path.of(name + ".pem"));
    }
}

package io.portcullis.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each thing that can be wrong with a certificate or its chain is found at a server that serves it. */
class CertificateFindingsTest {
    @TempDir
    Path dir;

    private final Sick sick = new Sick();
    private TestCertificates ca;

    @BeforeEach
    void authority() {
        ca = TestCertificates.in(dir);
        sick.trusting(ca.rootFile());
    }

    @AfterEach
    void close() throws Exception {
        sick.close();
    }

    private Diagnosis serving(TestLeaf leaf) {
        return sick.see(sick.http(leaf.server(), host -> Sick.Page.ok("ok")), Patient.Speaks.TLS);
    }

    private static TestLeaf without(TestLeaf leaf) {
        return new TestLeaf(leaf.chainFile(), leaf.keyFile(), List.of(leaf.certificate()), leaf.key());
    }

    @Test
    void aGoodOneIsGood() {
        Diagnosis diagnosis = serving(ca.leaf(Sick.NAME).write("good"));
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.HSTS_MISSING);
        assertThat(diagnosis.looked()).hasSize(1);
    }

    @Test
    void anExpiredOneSaysSinceWhen() {
        Finding finding = Sick.only(
                Ailment.CERTIFICATE_EXPIRED,
                serving(ca.leaf(Sick.NAME).expired().write("old")));
        assertThat(finding.what()).isEqualTo("the certificate expired 1 day ago");
        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
    }

    @Test
    void oneOfTomorrowSaysWhen() {
        Finding finding = Sick.only(
                Ailment.CERTIFICATE_NOT_YET_VALID,
                serving(ca.leaf(Sick.NAME).notYetValid().write("new")));
        assertThat(finding.proof()).contains("this machine's clock says");
    }

    @Test
    void oneThatEndsSoonIsAWarning() {
        Finding finding = Sick.only(
                Ailment.CERTIFICATE_EXPIRES_SOON,
                serving(ca.leaf(Sick.NAME)
                        .valid(Duration.ofDays(-80), Duration.ofDays(5))
                        .write("soon")));
        assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    }

    @Test
    void aWrongNameShowsTheNamesItHas() {
        Finding finding = Sick.only(
                Ailment.NAME_MISMATCH,
                serving(ca.leaf("a.example", "*.b.example").write("other")));
        assertThat(finding.proof()).isEqualTo("its names are: a.example *.b.example");
    }

    @Test
    void aWeakKeyIsNamed() {
        assertThat(Sick.only(
                                Ailment.WEAK_KEY,
                                serving(ca.leaf(Sick.NAME).rsa(1024).write("weak")))
                        .what())
                .contains("1024 bits");
    }

    @Test
    void aWeakSignatureIsNamed() {
        assertThat(Sick.only(
                                Ailment.WEAK_SIGNATURE,
                                serving(ca.leaf(Sick.NAME).digest("SHA1").write("sha1")))
                        .what())
                .contains("SHA1");
    }

    @Test
    void aMissingIntermediateIsFetchedAndItsSourceShown() throws Exception {
        TestCertificates below = ca.intermediate("Below");
        byte[] der = below.certificate().getEncoded();
        HttpServer authority = HttpServer.create(new InetSocketAddress(Sick.HERE, 0), 10);
        authority.createContext("/below.der", exchange -> {
            exchange.sendResponseHeaders(200, der.length);
            exchange.getResponseBody().write(der);
            exchange.close();
        });
        authority.start();
        try {
            String source = "http://127.0.0.1:" + authority.getAddress().getPort() + "/below.der";
            Diagnosis diagnosis =
                    serving(without(below.leaf(Sick.NAME).issuerAt(source).write("gap")));
            Finding finding = Sick.only(Ailment.CHAIN_INCOMPLETE, diagnosis);
            assertThat(finding.what()).contains("CN=Below is missing");
            assertThat(finding.proof()).contains("fetched from " + source);
            assertThat(finding.remedy()).contains("curl -s '" + source + "'");
            assertThat(Sick.ailments(diagnosis)).doesNotContain(Ailment.ISSUER_UNKNOWN);
        } finally {
            authority.stop(0);
        }
    }

    @Test
    void aSourceThatWouldWriteTheCommandIsNotShown() {
        Diagnosis diagnosis = serving(without(ca.intermediate("Below")
                .leaf(Sick.NAME)
                .issuerAt("http://x.example/'; rm -rf ~ #")
                .write("gap")));
        assertThat(diagnosis.toString()).doesNotContain("rm -rf");
        assertThat(Sick.ailments(diagnosis)).contains(Ailment.ISSUER_UNKNOWN);
    }

    @Test
    void aMissingIntermediateThatCannotBeFetchedStillShowsItsSource() {
        TestCertificates below = ca.intermediate("Below");
        Finding finding = Sick.only(
                Ailment.CHAIN_INCOMPLETE,
                serving(without(below.leaf(Sick.NAME)
                        .issuerAt("http://127.0.0.1:1/below.der")
                        .write("gap"))));
        assertThat(finding.proof())
                .contains("http://127.0.0.1:1/below.der, which did not give it (Connection refused)");
    }

    @Test
    void anAuthorityNobodyKnowsIsNamed() throws Exception {
        Path other = Files.createDirectory(dir.resolve("other"));
        Finding finding = Sick.only(
                Ailment.ISSUER_UNKNOWN,
                serving(TestCertificates.in(other)
                        .intermediate("Stranger")
                        .leaf(Sick.NAME)
                        .write("foreign")));
        assertThat(finding.proof()).contains("CN=Stranger");
    }

    @Test
    @NeedsProgram("openssl")
    void aSelfSignedOneIsCalledSo() {
        io.portcullis.testkit.Programs.run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:P-256",
                        "-nodes",
                        "-keyout",
                        dir.resolve("self.key").toString(),
                        "-out",
                        dir.resolve("self.pem").toString(),
                        "-subj",
                        "/CN=" + Sick.NAME,
                        "-addext",
                        "subjectAltName=DNS:" + Sick.NAME)
                .ok();
        int port = sick.openssl(
                "-cert",
                dir.resolve("self.pem").toString(),
                "-key",
                dir.resolve("self.key").toString());
        assertThat(Sick.ailments(sick.see(port, Patient.Speaks.TLS)))
                .containsExactly(Ailment.SELF_SIGNED, Ailment.HSTS_MISSING);
    }

    @Test
    @NeedsProgram("openssl")
    void aStrangerInTheChainIsNamed() throws Exception {
        TestLeaf leaf = ca.leaf(Sick.NAME).write("leaf");
        Path other = Files.createDirectory(dir.resolve("other"));
        Path stray = TestCertificates.in(other).rootFile();
        int port = sick.openssl(
                "-cert",
                leaf.chainFile().toString(),
                "-key",
                leaf.keyFile().toString(),
                "-cert_chain",
                stray.toString());
        assertThat(Sick.only(Ailment.CHAIN_DISORDER, sick.see(port, Patient.Speaks.TLS))
                        .proof())
                .contains("sent without use");
    }

    @Test
    void aCertificateForClientsIsUnfit() {
        Finding finding = Sick.only(
                Ailment.CERTIFICATE_UNFIT, serving(ca.leaf(Sick.NAME).client().write("client")));
        assertThat(finding.remedy()).contains("serverAuth");
    }

    @Test
    void anotherCertificateThanOursIsTold() {
        TestLeaf ours = ca.leaf(Sick.NAME).write("ours");
        sick.expecting(ours.certificate());
        Finding finding = Sick.only(
                Ailment.CERTIFICATE_DIFFERS, serving(ca.leaf(Sick.NAME).write("theirs")));
        assertThat(finding.proof()).contains("seen: ").contains("configured: ");
        assertThat(Sick.ailments(serving(ours))).doesNotContain(Ailment.CERTIFICATE_DIFFERS);
    }
}

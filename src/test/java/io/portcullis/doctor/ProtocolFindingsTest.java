package io.portcullis.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way in which client and server find nothing in common, at a server that is made so. */
class ProtocolFindingsTest {
    @TempDir
    Path dir;

    private final Sick sick = new Sick();

    @AfterEach
    void close() throws Exception {
        sick.close();
    }

    private TestLeaf leaf() {
        TestCertificates ca = TestCertificates.in(dir);
        sick.trusting(ca.rootFile());
        return ca.leaf(Sick.NAME).rsa(2048).write("leaf");
    }

    private int openssl(String options) {
        TestLeaf leaf = leaf();
        return sick.openssl(("-cert " + leaf.chainFile() + " -key " + leaf.keyFile() + " " + options).split(" ", -1));
    }

    @ParameterizedTest
    @NeedsProgram("openssl")
    @CsvSource(
            delimiter = '|',
            value = {
                "-tls1 -cipher DEFAULT@SECLEVEL=0 | TLS_VERSION | TLS 1.0 at most",
                "-tls1_1 -cipher DEFAULT@SECLEVEL=0 | TLS_VERSION | TLS 1.1 at most",
                "-tls1_2 -cipher DHE-RSA-AES128-SHA | TLS_SUITES | suite 0x0033",
                "-tls1_2 -cipher AES128-GCM-SHA256 | TLS_SUITES | without forward secrecy",
                "-tls1_3 -groups P-521 | TLS_GROUPS | wants P-521",
                "-tls1_3 -groups X448 | TLS_GROUPS | wants X448",
                "-tls1_2 -cipher ECDHE-RSA-AES128-GCM-SHA256 -groups P-521 | TLS_GROUPS | takes P-521",
                "-alpn spdy/1 | ALPN_MISMATCH | no_application_protocol"
            })
    void theCauseStandsAlone(String options, Ailment ailment, String told) {
        Diagnosis diagnosis = sick.see(openssl(options), Patient.Speaks.TLS);
        assertThat(Sick.ailments(diagnosis)).containsExactly(ailment);
        Finding finding = Sick.only(ailment, diagnosis);
        assertThat(finding.what() + finding.proof()).contains(told);
    }

    @Test
    @NeedsProgram("openssl")
    void aServerWithoutACertificateRefusesAll() {
        Diagnosis diagnosis = sick.see(sick.openssl("-nocert"), Patient.Speaks.TLS);
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.TLS_REFUSED);
    }

    @Test
    @NeedsProgram("openssl")
    void aServerThatAsksForACertificateIsNoted() {
        Diagnosis diagnosis = sick.see(openssl("-Verify 1"), Patient.Speaks.TLS);
        assertThat(Sick.only(Ailment.CLIENT_CERTIFICATE, diagnosis).severity()).isEqualTo(Severity.NOTE);
    }

    @Test
    void aHandshakeThatBreaksOff() {
        byte[] agreed = HexFormat.of()
                .parseHex(
                        "1603030031" + "0200002d" + "0303" + "11".repeat(32) + "00" + "c02f" + "00" + "0005ff01000100");
        Diagnosis diagnosis = sick.see(sick.parrot(agreed), Patient.Speaks.TLS);
        assertThat(Sick.only(Ailment.TLS_REFUSED, diagnosis).what()).isEqualTo("the handshake begins and breaks off");
    }

    @Test
    void plainHttpWhereTlsOughtToBe() {
        Diagnosis diagnosis = sick.see(sick.http(null, host -> Sick.Page.ok("ok")), Patient.Speaks.TLS);
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.PLAIN_ON_TLS_PORT);
    }

    @Test
    void tlsWherePlainHttpOughtToBe() {
        Diagnosis diagnosis = sick.see(sick.http(leaf().server(), host -> Sick.Page.ok("ok")), Patient.Speaks.PLAIN);
        assertThat(Sick.ailments(diagnosis)).contains(Ailment.TLS_ON_PLAIN_PORT);
    }

    @Test
    void anotherProtocolShowsItsFirstWords() {
        Diagnosis diagnosis = sick.see(sick.parrot("220 mail.example ESMTP\r\n"), Patient.Speaks.TLS);
        assertThat(Sick.only(Ailment.OTHER_PROTOCOL, diagnosis).proof()).contains("220 mail.example ESMTP");
    }

    @Test
    void garbageThatLooksLikeTlsIsNoTls() {
        Diagnosis diagnosis = sick.see(sick.parrot(new byte[] {0x16, 3, 3, 0, 2, 9, 9}), Patient.Speaks.TLS);
        assertThat(Sick.ailments(diagnosis)).containsExactly(Ailment.OTHER_PROTOCOL);
    }
}

package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.OcspAnswer;
import io.portcullis.testkit.OcspResponder;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When responders are asked, and what becomes of answers in time. */
class StaplingTest {
    private final MovingClock clock = new MovingClock();
    private final Queue<String> results = new ConcurrentLinkedQueue<>();
    private final Stapling stapling = new Stapling(clock, () -> 0.5, results::add);

    @TempDir
    private Path dir;

    private TlsLab lab;
    private TestCertificates authority;
    private OcspResponder responder;

    @BeforeEach
    void begin() throws IOException {
        lab = new TlsLab(stapling);
        authority = TestCertificates.in(dir);
        responder = OcspResponder.that(serial -> good().of(serial));
    }

    @AfterEach
    void end() {
        stapling.close();
        responder.close();
        lab.close();
    }

    @Test
    void s14AnAnswerIsAskedForAgainBeforeHalfOfItsLife() {
        CertificateIndex index = served(order().write("site"));
        look(index, 1);
        clock.forward(Duration.ofDays(3));
        look(index, 1);
        clock.forward(Duration.ofHours(12));
        look(index, 2);
        assertThat(results).containsExactly("good", "good");
    }

    @Test
    void s14AnAnswerIsKeptWhileTheResponderFailsAndDroppedAtItsEnd() {
        CertificateIndex index = served(order().write("site"));
        Credential credential = index.credentials().get(0);
        look(index, 1);
        responder.status(500);
        clock.forward(Duration.ofDays(4));
        look(index, 2);
        assertThat(stapling.of(credential)).as("still good").isNotNull();
        assertThat(stapling.told(credential).lastReason()).isEqualTo("http_status");
        clock.forward(Duration.ofDays(3));
        assertThat(stapling.of(credential)).as("at its end").isNull();
        look(index, 3);
        stapling.look(List.of(index));
        assertThat(stapling.told(credential).staple()).isNull();
    }

    @Test
    void s14ARevokedCertificateLosesItsOlderGoodAnswer() {
        CertificateIndex index = served(order().write("site"));
        Credential credential = index.credentials().get(0);
        look(index, 1);
        assertThat(stapling.of(credential)).isNotNull();
        responder.answers(serial -> good().revoked().of(serial));
        clock.forward(Duration.ofDays(4));
        look(index, 2);
        assertThat(stapling.of(credential)).isNull();
        assertThat(stapling.told(credential).lastFailure()).contains("revoked").contains("since ");
    }

    @Test
    void s14AfterFailuresItIsAskedMoreAndMoreSeldom() {
        responder.status(500);
        CertificateIndex index = served(order().write("site"));
        look(index, 1);
        for (int pause : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            int asked = responder.asked();
            clock.forward(Duration.ofMinutes(pause).minusSeconds(1));
            look(index, asked);
            clock.forward(Duration.ofSeconds(1));
            look(index, asked + 1);
        }
    }

    /** Over plain HTTP anybody on the way may answer so, and the responder must still be asked again. */
    @ParameterizedTest
    @ValueSource(strings = {"", "30", "a07f", "30823000", "3080", "0a0100", "30030a0100"})
    void s14WhateverBytesComeTheResponderIsAskedAgain(String repeated) {
        byte[] piece = HexFormat.of().parseHex(repeated);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < (repeated.isEmpty() ? 0 : 60_000 / piece.length); i++) {
            bytes.writeBytes(piece);
        }
        responder.answers(serial -> bytes.toByteArray());
        isAskedAgain();
    }

    @Test
    void s14ADelegateWhoseSignatureIsNoneIsRefusedAndTheResponderAskedAgain() throws Exception {
        TestLeaf delegate = authority.leaf("delegate").ocspSigner().write("delegate");
        ASN1Sequence sound = ASN1Sequence.getInstance(delegate.certificate().getEncoded());
        ASN1EncodableVector cut = new ASN1EncodableVector();
        cut.add(sound.getObjectAt(0));
        cut.add(sound.getObjectAt(1));
        cut.add(new DERBitString(new byte[] {1, 2, 3}));
        X509Certificate broken = new JcaX509CertificateConverter()
                .getCertificate(new X509CertificateHolder(new DERSequence(cut).getEncoded()));
        OcspAnswer answer =
                new OcspAnswer(authority, null, Duration.ofHours(-1), Duration.ofDays(7), delegate.key(), broken);
        responder.answers(answer::of);
        isAskedAgain();
    }

    private void isAskedAgain() {
        CertificateIndex index = served(order().write("site"));
        look(index, 1);
        responder.answers(serial -> good().of(serial));
        clock.forward(Duration.ofMinutes(2));
        look(index, 2);
        assertThat(results).first().isNotEqualTo("good");
        assertThat(results).last().isEqualTo("good");
    }

    @Test
    void s14ACertificateWithoutAResponderIsNormal() {
        CertificateIndex index = served(authority.leaf("example.com").write("site"));
        look(index, 0);
        assertThat(results).isEmpty();
        assertThat(lab.problems).noneMatch(problem -> problem.key().contains("ocsp"));
        assertThat(stapling.told(index.credentials().get(0)).lastReason()).isNull();
    }

    @Test
    void s14AResponderThatCannotBeAskedIsNamed() {
        served(authority.leaf("example.com").responder("ldap://127.0.0.1/x").write("site"));
        served(authority.leaf("example.com").responder("https://127.0.0.1/x").write("other"));
        assertThat(results).containsExactly("unusable_address", "unusable_address");
    }

    @Test
    void s14AnUnknownIssuerIsNamed() throws IOException {
        TestLeaf leaf = order().write("site");
        java.nio.file.Files.delete(authority.rootFile());
        served(leaf);
        assertThat(results).containsExactly("no_issuer");
    }

    @Test
    void s14ALeafOfAnIntermediateIsAskedAboutByItsIssuer() {
        TestCertificates between = authority.intermediate("Between");
        responder.answers(serial -> OcspAnswer.of(between).of(serial));
        CertificateIndex index = served(
                between.leaf("example.com").responder(responder.address()).write("site"));
        look(index, 1);
        assertThat(results).containsExactly("good");
    }

    @Test
    void s14MustStapleWithoutAStapleIsARisk() {
        served(order().mustStaple().write("none-yet"));
        assertThat(risks()).singleElement().asString().contains("no staple at hand");
        lab.problems.clear();
        served(authority.leaf("example.com").mustStaple().write("nobody"));
        assertThat(risks()).singleElement().asString().contains("names no OCSP responder");
        lab.problems.clear();
        TlsConfig off = TlsLab.with(
                TlsLab.block(
                        "public",
                        TlsLab.INTERMEDIATE,
                        TlsLab.certificate(order().mustStaple().write("off"))),
                new TlsConfig.Ocsp(false, null, Duration.ofSeconds(1)));
        assertThat(lab.tryBuild(off, TlsLab.tickets())).isNotNull();
        assertThat(risks()).singleElement().asString().contains("stapling is off");
    }

    private List<Problem> risks() {
        return lab.problems.stream()
                .filter(problem -> problem.message().contains("RFC 7633"))
                .toList();
    }

    private TestLeaf.Order order() {
        return authority.leaf("example.com").responder(responder.address());
    }

    private OcspAnswer good() {
        return OcspAnswer.of(authority);
    }

    private CertificateIndex served(TestLeaf leaf) {
        return lab.index(TlsLab.certificate(leaf));
    }

    /** Looks, and waits until {@code asked} answers have come in all. */
    private void look(CertificateIndex index, int asked) {
        stapling.look(List.of(index));
        Credential credential = Objects.requireNonNull(index.credentials().get(0));
        Await.until(
                () -> responder.asked() == asked && results.size() == asked && !stapling.isAsking(credential),
                () -> asked + " answers, there are " + results,
                Await.LIMIT);
    }
}

package io.portcullis.tls;

import static io.portcullis.tls.TlsLab.INTERMEDIATE;
import static io.portcullis.tls.TlsLab.block;
import static io.portcullis.tls.TlsLab.certificate;
import static io.portcullis.tls.TlsLab.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.portcullis.config.TlsConfig;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several certificates is served, and on what terms. */
final class CertificateChoiceTest {
    private final TlsLab lab = new TlsLab();

    @TempDir
    Path dir;

    private TestCertificates ca;

    @BeforeEach
    void authority() {
        ca = TestCertificates.in(dir);
    }

    @AfterEach
    void release() {
        lab.close();
    }

    /** Each client gets the first kind that it says it can verify: Ed25519, ECDSA, RSA. */
    @Test
    void threeKindsForOneNameAreChosenByWhatTheClientVerifies() throws SSLException {
        TestLeaf rsa = ca.leaf("a.example").rsa(2048).write("rsa");
        TestLeaf ec = ca.leaf("a.example").write("ec");
        TestLeaf ed = ca.leaf("a.example").ed25519().write("ed");
        TlsTarget target = Objects.requireNonNull(
                lab.index(certificate(rsa), certificate(ed), certificate(ec)).match("a.example"));
        assertThat(target.credentials()).hasSize(3);
        assertThat(leafFor(target, "ed25519", "ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"))
                .isEqualTo(ed.certificate());
        assertThat(leafFor(target, "rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256"))
                .isEqualTo(ec.certificate());
        assertThat(leafFor(target, "rsa_pss_rsae_sha256")).isEqualTo(rsa.certificate());
    }

    @Test
    void aNameWrittenTwiceIsOneName() {
        TlsConfig.Certificate once = certificate(ca.leaf("a.example").write("a"));
        TlsConfig.Certificate twice = new TlsConfig.Certificate(
                once.chain(),
                Objects.requireNonNull(once.key()),
                List.of("a.example", "A.example"),
                false,
                false,
                once.where());
        assertThat(Objects.requireNonNull(lab.index(twice).match("a.example")).credentials())
                .hasSize(1);
    }

    @Test
    void anEd25519CertificateWorksAlone() throws SSLException {
        TestLeaf ed = ca.leaf("a.example").ed25519().write("ed");
        TlsTarget target = Objects.requireNonNull(lab.index(certificate(ed)).match("a.example"));
        assertThat(leafFor(target, "ed25519", "ecdsa_secp256r1_sha256")).isEqualTo(ed.certificate());
        assertThatThrownBy(() -> leafFor(target, "ecdsa_secp256r1_sha256")).isInstanceOf(SSLException.class);
    }

    /** Signatures over certificates count too for the JDK, and the authority's are ECDSA: so they stay in the list of those. */
    private static X509Certificate leafFor(TlsTarget target, String... schemes) throws SSLException {
        return new EngineClient()
                .connect(target, "a.example", parameters -> parameters.setSignatureSchemes(schemes))
                .leaf();
    }

    @Test
    void ofTwoFoundInAFolderTheOneThatLastsLongerIsServed() {
        CertificateIndex index = lab.index(
                found(ca.leaf("a.example")
                        .valid(Duration.ofDays(-1), Duration.ofDays(20))
                        .write("older")),
                found(ca.leaf("a.example")
                        .valid(Duration.ofDays(-1), Duration.ofDays(25))
                        .write("newer")),
                found(ca.leaf("a.example", "b.example")
                        .valid(Duration.ofDays(-1), Duration.ofDays(22))
                        .write("both")));
        assertThat(chosen(index, "a.example")).isEqualTo("newer.pem");
        assertThat(chosen(index, "b.example")).isEqualTo("both.pem");
        assertThat(lab.problems).isNotEmpty().allMatch(problem -> !problem.isError());
    }

    @Test
    void aCertificateThatIsNamedGoesBeforeOneThatIsFound() {
        TlsConfig.Certificate named = certificate(ca.leaf("a.example")
                .valid(Duration.ofDays(-1), Duration.ofDays(20))
                .write("named"));
        TlsConfig.Certificate found = found(ca.leaf("a.example").write("found"));
        assertThat(chosen(lab.index(named, found), "a.example")).isEqualTo("named.pem");
        assertThat(chosen(lab.index(found, named), "a.example")).isEqualTo("named.pem");
    }

    @Test
    void aHostHasTermsOfItsOwnUnderAWildcardCertificate() {
        TlsConfig wild = block(
                "public", INTERMEDIATE, certificate(ca.leaf("*.example.com").write("wild")));
        CertificateIndex index =
                lab.build(TlsLab.with(wild, TlsLab.host("admin.example.com", TlsLab.MODERN, null)), TlsLab.tickets());
        assertThat(Objects.requireNonNull(index.match("admin.example.com")).policy())
                .isEqualTo("modern");
        assertThat(Objects.requireNonNull(index.match("www.example.com")).policy())
                .isEqualTo("intermediate");
        assertThat(index.serves(Objects.requireNonNull(index.match("www.example.com")), "admin.example.com"))
                .isFalse();
        assertThat(index.serves(Objects.requireNonNull(index.match("www.example.com")), "shop.example.com"))
                .isTrue();
    }

    @Test
    void aHostThatNoCertificateCoversIsRefused() {
        TlsConfig site =
                block("public", INTERMEDIATE, certificate(ca.leaf("a.example").write("a")));
        assertThat(lab.tryBuild(TlsLab.with(site, TlsLab.host("b.example", TlsLab.MODERN, null)), TlsLab.tickets()))
                .isNull();
        assertThat(lab.problems).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("no certificate of this block covers b.example"));
    }

    @Test
    void aReloadKeepsTheContextsOfWhatDidNotChange() {
        TlsConfig config = block(
                "public",
                INTERMEDIATE,
                certificate(ca.leaf("a.example").write("a")),
                certificate(ca.leaf("b.example").write("b")));
        CertificateIndex before = lab.build(config, TlsLab.tickets());
        ca.leaf("b.example").write("b");
        CertificateIndex after = lab.rebuild(config, before);
        assertThat(after.match("a.example")).isSameAs(before.match("a.example"));
        assertThat(after.match("b.example")).isNotSameAs(before.match("b.example"));
        before.close();
        assertThat(Objects.requireNonNull(after.match("a.example")).newHandler(UnpooledByteBufAllocator.DEFAULT))
                .isNotNull()
                .satisfies(handler -> ReferenceCountUtil.release(
                        Objects.requireNonNull(handler).engine()));
    }

    private static @Nullable String chosen(CertificateIndex index, String sni) {
        TlsTarget target = index.match(sni);
        return target == null
                ? null
                : target.credentials().get(0).source().chain().getFileName().toString();
    }
}

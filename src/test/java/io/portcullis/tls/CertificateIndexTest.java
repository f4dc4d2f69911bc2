package io.portcullis.tls;

import static io.portcullis.tls.TlsLab.INTERMEDIATE;
import static io.portcullis.tls.TlsLab.block;
import static io.portcullis.tls.TlsLab.certificate;
import static io.portcullis.tls.TlsLab.standard;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.portcullis.config.TlsConfig;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateIndexTest {
    private final TlsLab lab = new TlsLab();
    private final EngineClient client = new EngineClient();

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

    @Test
    void exactBeatsWildcardBeatsDefault() {
        CertificateIndex index = lab.index(
                certificate(ca.leaf("*.example.com").write("wild")),
                certificate(ca.leaf("www.example.com").write("exact")),
                standard(ca.leaf("other.example").write("other")));
        assertThat(chosen(index, "www.example.com")).isEqualTo("exact.pem");
        assertThat(chosen(index, "WWW.Example.com.")).isEqualTo("exact.pem");
        assertThat(chosen(index, "mail.example.com")).isEqualTo("wild.pem");
        assertThat(chosen(index, "a.b.example.com")).isEqualTo("other.pem");
        assertThat(chosen(index, "example.com")).isEqualTo("other.pem");
        assertThat(chosen(index, null)).isEqualTo("other.pem");
    }

    @Test
    void anUnknownNameWithoutADefaultGetsNothing() {
        CertificateIndex index = lab.index(
                certificate(ca.leaf("a.example").write("a")),
                certificate(ca.leaf("b.example").write("b")));
        assertThat(chosen(index, "c.example")).isNull();
        assertThat(chosen(index, "")).isNull();
        assertThat(chosen(index, ".")).isNull();
        assertThat(chosen(index, null)).isNull();
    }

    @Test
    void anOnlyCertificateServesClientsThatNameNobodyButNoOtherName() {
        CertificateIndex index = lab.index(certificate(ca.leaf("a.example").write("a")));
        assertThat(chosen(index, null)).isEqualTo("a.pem");
        assertThat(chosen(index, "b.example")).isNull();
    }

    @Test
    void aClientWithoutANameGetsTheCertificateOfTheAddressItConnectedTo() throws UnknownHostException {
        CertificateIndex index = lab.index(
                certificate(ca.leaf("a.example", "192.0.2.1").write("a")),
                certificate(ca.leaf("b.example", "2001:db8:0:0::1").write("b")));
        assertThat(chosenAt(index, "192.0.2.1")).isEqualTo("a.pem");
        assertThat(chosenAt(index, "2001:db8::1")).isEqualTo("b.pem");
        assertThat(chosenAt(index, "192.0.2.9")).isNull();
        assertThat(chosen(index, "2001:DB8::1")).isEqualTo("b.pem");
    }

    @Test
    void rsaAndEcdsaForOneNameShareAContextAndTheClientChooses() throws SSLException {
        TestLeaf rsa = ca.leaf("a.example").rsa(2048).write("rsa");
        TestLeaf ec = ca.leaf("a.example").write("ec");
        CertificateIndex index = lab.index(certificate(ec), certificate(rsa));
        TlsTarget target = Objects.requireNonNull(index.match("a.example"));
        assertThat(target.credentials()).hasSize(2);
        assertThat(client.connect(target, "a.example").leaf()).isEqualTo(ec.certificate());
        EngineClient.Shaken old = new EngineClient()
                .connect(
                        target,
                        "a.example",
                        parameters -> parameters.setSignatureSchemes(
                                new String[] {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"}));
        assertThat(old.leaf()).isEqualTo(rsa.certificate());
        EngineClient.Shaken older = new EngineClient().connect(target, "a.example", parameters -> {
            parameters.setProtocols(new String[] {"TLSv1.2"});
            parameters.setCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
        });
        assertThat(older.leaf()).isEqualTo(rsa.certificate());
        assertThat(older.protocol()).isEqualTo("TLSv1.2");
    }

    @Test
    void anRsaCertificateWithMoreNamesIsAloneWhereTheEcdsaOneHasNone() {
        CertificateIndex index = lab.index(
                certificate(ca.leaf("a.example").write("ec")),
                certificate(ca.leaf("a.example", "b.example").rsa(2048).write("rsa")));
        assertThat(Objects.requireNonNull(index.match("a.example")).credentials())
                .hasSize(2);
        assertThat(Objects.requireNonNull(index.match("b.example")).credentials())
                .hasSize(1);
    }

    @Test
    void twoCertificatesOfAKindForOneNameAreRefused() {
        assertThat(lab.tryBuild(
                        block(
                                "public",
                                INTERMEDIATE,
                                certificate(ca.leaf("a.example").write("a")),
                                standard(ca.leaf("a.example").write("b"))),
                        TlsLab.tickets()))
                .isNull();
        assertThat(lab.problems).singleElement().satisfies(problem -> {
            assertThat(problem.isError()).isTrue();
            assertThat(problem.message()).contains("two EC certificates for a.example");
        });
    }

    @Test
    void twoDefaultsAreRefused() {
        assertThat(lab.tryBuild(
                        block(
                                "public",
                                INTERMEDIATE,
                                standard(ca.leaf("a.example").write("a")),
                                standard(ca.leaf("b.example").write("b"))),
                        TlsLab.tickets()))
                .isNull();
        assertThat(lab.problems).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("more than one certificate is marked default"));
    }

    @Test
    void aHandlerMadeBeforeTheIndexWasClosedStillShakesHands() throws SSLException {
        CertificateIndex index = lab.index(certificate(ca.leaf("a.example").write("a")));
        TlsTarget target = Objects.requireNonNull(index.match("a.example"));
        SslHandler handler = Objects.requireNonNull(target.newHandler(UnpooledByteBufAllocator.DEFAULT));
        SslContext context = target.context();
        index.close();
        index.close();
        // The handler's engine alone keeps the context: a handshake with it still works.
        assertThat(ReferenceCountUtil.refCnt(context)).isEqualTo(1);
        assertThat(client.connect(target, handler.engine(), "a.example").protocol())
                .isEqualTo("TLSv1.3");
        ReferenceCountUtil.release(handler.engine());
        assertThat(ReferenceCountUtil.refCnt(context)).isZero();
        assertThat(target.newHandler(UnpooledByteBufAllocator.DEFAULT)).isNull();
    }

    @Test
    void aPolicyTheLibraryRefusesIsAProblem() {
        TlsConfig.Policy odd = new TlsConfig.Policy("custom", "1.2", "1.3", INTERMEDIATE.ciphers12(), List.of("X448"));
        assertThat(lab.tryBuild(
                        block("public", odd, certificate(ca.leaf("a.example").write("a"))), TlsLab.tickets()))
                .isNull();
        assertThat(lab.problems).singleElement().satisfies(problem -> assertThat(problem.message())
                .contains("X448"));
    }

    @Test
    void aPolicyNoClientCouldUseFailsTheSelfTest() {
        TlsConfig.Policy rsaOnly =
                new TlsConfig.Policy("custom", "1.2", "1.2", List.of("ECDHE-RSA-AES128-GCM-SHA256"), List.of("X25519"));
        assertThat(lab.tryBuild(
                        block(
                                "public",
                                rsaOnly,
                                certificate(ca.leaf("a.example").write("a"))),
                        TlsLab.tickets()))
                .isNull();
        assertThat(lab.problems).singleElement().satisfies(problem -> assertThat(problem.isError())
                .isTrue());
    }

    @Test
    void s10OldVersionsAreRefused() {
        CertificateIndex index = lab.build(
                block("public", TlsLab.MODERN, certificate(ca.leaf("a.example").write("a"))), TlsLab.tickets());
        TlsTarget target = Objects.requireNonNull(index.match("a.example"));
        assertThatThrownBy(() -> client.connect(
                        target, "a.example", parameters -> parameters.setProtocols(new String[] {"TLSv1.2"})))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void alpnAnswersWithHttp11() throws SSLException {
        CertificateIndex index = lab.index(certificate(ca.leaf("a.example").write("a")));
        TlsTarget target = Objects.requireNonNull(index.match("a.example"));
        assertThat(client.connect(
                                target,
                                "a.example",
                                parameters -> parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"}))
                        .alpn())
                .isEqualTo("http/1.1");
    }

    private static @Nullable String chosen(CertificateIndex index, @Nullable String sni) {
        return fileOf(index.match(sni));
    }

    private static @Nullable String chosenAt(CertificateIndex index, String address) throws UnknownHostException {
        return fileOf(index.match(null, InetAddress.getByName(address)));
    }

    private static @Nullable String fileOf(@Nullable TlsTarget target) {
        return target == null
                ? null
                : target.credentials().get(0).source().chain().getFileName().toString();
    }
}

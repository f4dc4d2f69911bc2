package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.portcullis.config.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Decided over first messages that openssl s_client and curl have sent. */
final class PolicyFitTest {
    private static final Set<KeyKind> EC = Set.of(KeyKind.P_256);
    private static final Set<KeyKind> RSA = Set.of(KeyKind.RSA);
    /** TLS record header and handshake header. */
    private static final int HEADERS = 5 + 4;

    private static final TlsConfig.Policy ONLY_12 = new TlsConfig.Policy(
            "custom", "1.2", "1.2", List.of("ECDHE-ECDSA-AES128-GCM-SHA256"), List.of("X25519MLKEM768", "P-256"));

    @ParameterizedTest
    @ValueSource(strings = {"openssl-plain", "openssl-1.3", "curl-plain", "openssl-p384", "openssl-1.2", "curl-1.2"})
    void usualClientsFitTheDefaultPolicy(String client) throws Exception {
        assertThat(misfit(TlsLab.INTERMEDIATE, client, EC)).isNull();
        assertThat(misfit(TlsLab.INTERMEDIATE, client, RSA)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"openssl-1.2, 1.2", "curl-1.2, 1.2", "openssl-1.1, 1.1", "openssl-1.2-x448, 1.2"})
    void modernShutsOutWhoLacksTls13(String client, String newest) throws Exception {
        assertThat(misfit(TlsLab.MODERN, client, EC)).contains("offers TLS " + newest + " at most");
    }

    @Test
    void whatIsOlderThan12FitsNowhere() throws Exception {
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.1", EC))
                .isEqualTo("offers TLS 1.1 at most, the policy TLS 1.2 at least");
    }

    @Test
    void theOnlyGroupHasToBeOneOfThePolicys() throws Exception {
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-p521", EC))
                .isEqualTo("offers only the groups P-521, the policy X25519MLKEM768, X25519, P-256, P-384");
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-x448", EC)).contains("no group of key exchange");
        assertThat(misfit(ONLY_12, "openssl-p384", EC)).contains("offers only the groups P-384");
    }

    @Test
    void aSuiteOfTls12HasToFitTheCertificateToo() throws Exception {
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-rsa-suite", RSA)).isNull();
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-rsa-suite", EC))
                .contains("ECDHE-RSA-AES128-GCM-SHA256) that fit no certificate here (ECDSA P-256)");
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-ecdsa-chacha", EC)).isNull();
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-ecdsa-chacha", RSA)).contains("fit no certificate");
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-cbc", RSA))
                .isEqualTo("has none of the policy's suites of TLS 1.2");
        assertThat(misfit(ONLY_12, "openssl-1.2-ecdsa-chacha", EC)).contains("none of the policy's suites");
    }

    @Test
    void whoOffersTls13IsHeldToItWithItsSuitesAndSignatures() throws Exception {
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.3-ccm", EC)).contains("none of its suites");
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-sig-rsa", RSA)).isNull();
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-sig-rsa", EC))
                .startsWith(
                        "cannot verify what the certificate's kind of key (ECDSA P-256) signs; it takes rsa_pss_rsae_sha256,");
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-sig-rsa", Set.of(KeyKind.P_256, KeyKind.RSA)))
                .isNull();
    }

    @Test
    void inTls12TheCertificatesCurveHasToBeAmongTheClientsGroups() throws Exception {
        TlsConfig.Policy with384 = new TlsConfig.Policy(
                "custom", "1.2", "1.2", List.of("ECDHE-ECDSA-AES128-GCM-SHA256"), List.of("P-384"));
        assertThat(misfit(with384, "openssl-p384", EC)).contains("ECDSA P-256").endsWith("and the groups P-384");
        assertThat(misfit(with384, "openssl-p384", Set.of(KeyKind.P_384))).isNull();
    }

    @Test
    void anOldClientsSha1IsGoodInTls12Alone() throws Exception {
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-sha1", RSA)).isNull();
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-sha1", Set.of(KeyKind.ED25519)))
                .contains("Ed25519");
    }

    @Test
    void aFallbackIsRefusedWhereTheNewerVersionIsOnAndTakenWhereItIsNot() throws Exception {
        assertThat(misfit(TlsLab.INTERMEDIATE, "openssl-1.2-fallback", EC)).contains("after a first try");
        assertThat(misfit(ONLY_12, "openssl-1.2-fallback", EC)).isNull();
    }

    @Test
    void aPolicyWithout13ShutsOutWhoHasNothingElse() throws Exception {
        assertThat(misfit(ONLY_12, "openssl-1.3", EC)).isEqualTo("offers TLS 1.3 at most, the policy TLS 1.2 alone");
        assertThat(misfit(ONLY_12, "openssl-plain", EC)).isNull();
    }

    @Test
    void anOfferNamesWhatItHasAndKeepsItsFamily() throws Exception {
        ClientOffer offer = ClientOffer.of(hello("openssl-plain"));
        assertThat(offer.versions()).containsExactly("TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3");
        assertThat(offer.groups()).containsExactly("X25519", "P-256", "P-384", "P-521");
        assertThat(offer.suites()).contains("TLS_AES_128_GCM_SHA256", "ECDHE-RSA-CHACHA20-POLY1305");
        assertThat(offer.schemes()).contains("ed25519", "rsa_pss_rsae_sha512").doesNotContain("rsa_pkcs1_sha1");
        assertThat(offer.family()).isEqualTo(ClientFamily.OPENSSL);
        assertThat(ClientOffer.of(hello("openssl-1.1")).versions()).containsExactly("SSL 3.0", "TLS 1.0", "TLS 1.1");
    }

    private static @Nullable String misfit(TlsConfig.Policy policy, String client, Set<KeyKind> keys)
            throws IOException {
        return PolicyFit.misfit(policy, ClientOffer.of(hello(client)), keys);
    }

    /** The first message of {@code client}. */
    static ClientHello hello(String client) throws IOException {
        try (InputStream in = Objects.requireNonNull(PolicyFitTest.class.getResourceAsStream("/hellos/hellos.txt"))) {
            String line = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(each -> each.startsWith(client + " "))
                    .findFirst()
                    .orElseThrow();
            byte[] record = HexFormat.of().parseHex(line.substring(client.length() + 1));
            return Objects.requireNonNull(
                    ClientHello.parse(Unpooled.wrappedBuffer(record, HEADERS, record.length - HEADERS)));
        }
    }
}

package io.portcullis.tls;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a certificate's key can sign handshakes by; finer than {@link Credential.KeyType}, for TLS 1.3 ties a hash to each curve. */
enum KeyKind {
    RSA("ECDHE-RSA-"),
    P_256("ECDHE-ECDSA-"),
    P_384("ECDHE-ECDSA-"),
    P_521("ECDHE-ECDSA-"),
    ED25519("ECDHE-ECDSA-");

    private static final Set<String> RSA_OF_1_3 =
            Set.of("rsa_pss_rsae_sha256", "rsa_pss_rsae_sha384", "rsa_pss_rsae_sha512");
    private static final Set<String> RSA_OF_1_2 = Set.of(
            "rsa_pkcs1_sha256",
            "rsa_pkcs1_sha384",
            "rsa_pkcs1_sha512",
            "rsa_pss_rsae_sha256",
            "rsa_pss_rsae_sha384",
            "rsa_pss_rsae_sha512",
            "rsa_pkcs1_sha1");
    private static final Set<String> ECDSA_OF_1_2 =
            Set.of("ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "ecdsa_secp521r1_sha512", "ecdsa_sha1");

    private final String suites12;

    KeyKind(String suites12) {
        this.suites12 = suites12;
    }

    /** Of certificates that are served together. */
    static Set<KeyKind> of(List<Credential> together) {
        Set<KeyKind> kinds = EnumSet.noneOf(KeyKind.class);
        together.forEach(each -> kinds.add(of(each.leaf().getPublicKey())));
        return Collections.unmodifiableSet(kinds);
    }

    private static KeyKind of(PublicKey key) {
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getCurve().getField().getFieldSize();
            return bits <= 256 ? P_256 : bits <= 384 ? P_384 : P_521;
        }
        return key.getAlgorithm().startsWith("RSA") ? RSA : ED25519;
    }

    /** Whether TLS 1.2 has {@code suite}, by its OpenSSL name, for such keys. */
    boolean fits(String suite) {
        return suite.startsWith(suites12);
    }

    /** Whether it signs by one of {@code schemes} in TLS 1.3 (RFC 8446 §4.2.3). */
    boolean signs13(Set<String> schemes) {
        return switch (this) {
            case RSA -> !Collections.disjoint(RSA_OF_1_3, schemes);
            case P_256 -> schemes.contains("ecdsa_secp256r1_sha256");
            case P_384 -> schemes.contains("ecdsa_secp384r1_sha384");
            case P_521 -> schemes.contains("ecdsa_secp521r1_sha512");
            case ED25519 -> schemes.contains("ed25519");
        };
    }

    /** The same in TLS 1.2, where any hash goes with any curve, and the curve has to be one of the groups (RFC 8422 §5.1). */
    boolean signs12(Set<String> schemes, Set<String> groups) {
        return switch (this) {
            case RSA -> !Collections.disjoint(RSA_OF_1_2, schemes);
            case P_256, P_384, P_521 ->
                groups.contains(name().replace('_', '-')) && !Collections.disjoint(ECDSA_OF_1_2, schemes);
            case ED25519 -> schemes.contains("ed25519");
        };
    }
}

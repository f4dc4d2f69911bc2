package io.portcullis.tls;

import java.nio.file.Path;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.List;

/**
 * What an operator wants to see of a certificate; no secrets.
 *
 * @param name the first name it is served for, else the leaf's subject
 * @param kind {@code ECDSA P-256}, {@code RSA 2048} …
 * @param notAfter the earliest end in the chain
 * @param names all names it is served for
 * @param issuer who signed the leaf
 * @param fingerprint SHA-256 of the leaf, 64 hex digits
 * @param chainLength certificates in the chain file
 */
public record CertificateFacts(
        String name,
        String kind,
        Instant notAfter,
        List<String> names,
        String issuer,
        String fingerprint,
        int chainLength,
        Path file) {

    public static CertificateFacts of(Credential credential) {
        String subject = credential.leaf().getSubjectX500Principal().getName();
        return new CertificateFacts(
                credential.names().isEmpty() ? subject : credential.names().get(0),
                kind(credential),
                credential.expires(),
                credential.names(),
                credential.leaf().getIssuerX500Principal().getName(),
                credential.fingerprint(),
                credential.chain().size(),
                credential.source().chain());
    }

    private static String kind(Credential credential) {
        return switch (credential.leaf().getPublicKey()) {
            case RSAKey rsa -> "RSA " + rsa.getModulus().bitLength();
            case ECKey ec -> "ECDSA P-" + ec.getParams().getOrder().bitLength();
            default -> "Ed25519";
        };
    }
}

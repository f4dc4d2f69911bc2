package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain with its private key, checked and ready to serve.
 *
 * @param source the lines of the configuration it was loaded for
 * @param chain leaf first, then the intermediates in order
 * @param key matches the leaf's public key; never shown; null where it is not in this process, but with {@code source.signer()}
 * @param names what it is served for, in lower case: host names, {@code *.} wildcards, IP addresses in canonical form
 * @param keyType decides whether another certificate for the same names can stand beside it
 * @param fingerprint SHA-256 of the leaf, 64 hex digits in lower case
 */
public record Credential(
        TlsConfig.Certificate source,
        List<X509Certificate> chain,
        @Nullable PrivateKey key,
        List<String> names,
        KeyType keyType,
        String fingerprint) {

    /** The kinds of key a TLS server certificate may have here: the first that the client can verify is used. */
    public enum KeyType {
        ED25519,
        EC,
        RSA
    }

    /** Whether a context made of {@code other} would be the same, wherever it was written or stored. */
    boolean isLike(Credential other) {
        return chain.equals(other.chain)
                && Objects.equals(key, other.key)
                && Objects.equals(source.signer(), other.source.signer())
                && names.equals(other.names);
    }

    /** Whether the private key is not in this process. */
    public boolean isRemote() {
        return key == null;
    }

    /** What signers know its key by: SHA-256 of SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), 64 hex digits in lower case. */
    public String keyId() {
        return FileCertificates.sha256(leaf().getPublicKey().getEncoded());
    }

    /** The same for other lines of the configuration that name the same files and names. */
    Credential servedFor(TlsConfig.Certificate wanted) {
        return new Credential(wanted, chain, key, names, keyType, fingerprint);
    }

    public X509Certificate leaf() {
        return chain.get(0);
    }

    public Instant notBefore() {
        return leaf().getNotBefore().toInstant();
    }

    /** When the leaf expires; the chain may end earlier, see {@link #expires}. */
    public Instant notAfter() {
        return leaf().getNotAfter().toInstant();
    }

    /** The earliest end of any certificate in the chain: from then on clients refuse it. */
    public Instant expires() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .reduce(notAfter(), (a, b) -> a.isBefore(b) ? a : b);
    }

    @Override
    public String toString() {
        return "Credential[" + source.chain() + ", " + keyType + ", names=" + names + ", notAfter=" + notAfter()
                + ", sha256=" + fingerprint + "]";
    }
}

package io.portcullis.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a handshake may be signed: SignatureScheme of RFC 8446 §4.2.3, without what SHA-1 is in. */
public enum SignatureAlgorithm {
    RSA_PKCS1_SHA256(0x0401, "SHA256withRSA", Credential.KeyType.RSA),
    RSA_PKCS1_SHA384(0x0501, "SHA384withRSA", Credential.KeyType.RSA),
    RSA_PKCS1_SHA512(0x0601, "SHA512withRSA", Credential.KeyType.RSA),
    ECDSA_SECP256R1_SHA256(0x0403, "SHA256withECDSA", Credential.KeyType.EC),
    ECDSA_SECP384R1_SHA384(0x0503, "SHA384withECDSA", Credential.KeyType.EC),
    ECDSA_SECP521R1_SHA512(0x0603, "SHA512withECDSA", Credential.KeyType.EC),
    RSA_PSS_RSAE_SHA256(0x0804, "SHA-256", Credential.KeyType.RSA),
    RSA_PSS_RSAE_SHA384(0x0805, "SHA-384", Credential.KeyType.RSA),
    RSA_PSS_RSAE_SHA512(0x0806, "SHA-512", Credential.KeyType.RSA),
    ED25519(0x0807, "Ed25519", Credential.KeyType.ED25519);

    private final int scheme;
    private final String runtimeName;
    private final Credential.KeyType keyType;

    SignatureAlgorithm(int scheme, String runtimeName, Credential.KeyType keyType) {
        this.scheme = scheme;
        this.runtimeName = runtimeName;
        this.keyType = keyType;
    }

    /** Its name in RFC 8446. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null where {@code text} is none of them. */
    public static @Nullable SignatureAlgorithm named(String text) {
        for (SignatureAlgorithm each : values()) {
            if (each.text().equals(text)) {
                return each;
            }
        }
        return null;
    }

    /** By its number on the wire, which BoringSSL uses too; null where it is none of them. */
    static @Nullable SignatureAlgorithm numbered(int scheme) {
        for (SignatureAlgorithm each : values()) {
            if (each.scheme == scheme) {
                return each;
            }
        }
        return null;
    }

    /** Whether keys of {@code type} sign so. */
    public boolean fits(Credential.KeyType type) {
        return keyType == type;
    }

    /** Signs {@code input}, which is not hashed yet. Takes its time: never on an event loop. */
    public byte[] sign(PrivateKey key, byte[] input) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(isPss() ? "RSASSA-PSS" : runtimeName);
        if (isPss()) {
            signature.setParameter(
                    new PSSParameterSpec(runtimeName, "MGF1", new MGF1ParameterSpec(runtimeName), saltLength(), 1));
        }
        signature.initSign(key);
        signature.update(input);
        return signature.sign();
    }

    private boolean isPss() {
        return name().startsWith("RSA_PSS");
    }

    /** As long as the hash (RFC 8446 §4.2.3). */
    private int saltLength() {
        return Integer.parseInt(runtimeName.substring("SHA-".length())) / Byte.SIZE;
    }
}

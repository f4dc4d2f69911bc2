package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Certificates from PEM files: a chain, leaf first, and its key in PKCS#8, PKCS#1 or SEC 1.
 *
 * <p>Everything that would make a client refuse the certificate is found here, before a socket opens: BoringSSL itself accepts a key
 * that does not match and a chain that leads nowhere.
 */
public final class FileCertificates implements CertificateSource {
    /** Subject alternative name types, RFC 5280 §4.2.1.6. */
    private static final int DNS_NAME = 2;

    private static final int IP_ADDRESS = 7;

    private final Clock clock;
    private final KnownRoots roots;

    public FileCertificates(Clock clock) {
        this.clock = clock;
        this.roots = KnownRoots.ofRuntime();
    }

    @Override
    public @Nullable Credential load(TlsConfig.Certificate wanted, String keyPath, Consumer<Problem> problems) {
        Complaints complaints = new Complaints(wanted.where(), keyPath, problems);
        PemFiles pem = new PemFiles(complaints);
        List<X509Certificate> chain = pem.certificates(wanted.chain());
        PrivateKey key = wanted.key() == null ? null : pem.privateKey(wanted.key());
        if (chain == null || key == null && wanted.key() != null) {
            return null;
        }
        if (wanted.key() != null) {
            warnOfOpenKeyFile(wanted.key(), complaints);
        }
        Key judged = key == null ? chain.get(0).getPublicKey() : key;
        Credential.KeyType type = keyType(judged);
        if (type == null) {
            complaints.error(
                    "key",
                    "keys of type " + judged.getAlgorithm() + " cannot be served",
                    "use RSA, ECDSA (P-256, P-384, P-521) or Ed25519");
            return null;
        }
        // Of a key that is not here only its signer knows whether it fits.
        X509Certificate leaf = key == null ? chain.get(0) : leafOf(chain, key);
        if (leaf == null) {
            complaints.error(
                    "key",
                    "the key in " + wanted.key() + " does not belong to the certificate in " + wanted.chain(),
                    "use the key the certificate was requested with");
            leaf = chain.get(0);
        }
        new ChainCheck(complaints, roots, clock, wanted.chain()).check(chain, leaf);
        List<String> names = servedNames(wanted, leaf, complaints);
        return complaints.isRefused()
                ? null
                : new Credential(wanted, List.copyOf(chain), key, names, type, fingerprint(leaf));
    }

    private static void warnOfOpenKeyFile(Path file, Complaints complaints) {
        try {
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                complaints.warning(3, "key", file + " can be read by every user of this machine", "chmod o-r " + file);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // A file system without such permissions has none to warn of.
            return;
        }
    }

    private static Credential.@Nullable KeyType keyType(Key key) {
        return switch (key.getAlgorithm()) {
            case "RSA" -> Credential.KeyType.RSA;
            case "EC", "ECDSA" -> Credential.KeyType.EC;
            case "EdDSA", "Ed25519" -> isEd25519(key) ? Credential.KeyType.ED25519 : null;
            default -> null;
        };
    }

    private static boolean isEd25519(Key key) {
        return key instanceof EdECKey ed && ed.getParams().getName().equals("Ed25519");
    }

    private static @Nullable X509Certificate leafOf(List<X509Certificate> chain, PrivateKey key) {
        for (X509Certificate certificate : chain) {
            if (isPair(certificate.getPublicKey(), key)) {
                return certificate;
            }
        }
        return null;
    }

    /** The runtime's tables of P-256, which are a tenth of a start. */
    static void prepare() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            // A runtime without the curve says so when it comes to a key of it.
            return;
        }
    }

    static boolean isPair(PublicKey publicKey, PrivateKey key) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EdDSA", "Ed25519" -> "Ed25519";
                    default -> "SHA256withECDSA";
                };
        try {
            byte[] probe = {1, 2, 3};
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(probe);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The names of the configuration where it has any (each must be covered), else those of the certificate. */
    private static List<String> servedNames(TlsConfig.Certificate wanted, X509Certificate leaf, Complaints complaints) {
        List<String> own = alternativeNames(leaf);
        if (own.isEmpty()) {
            complaints.warning(
                    4,
                    "chain",
                    "the certificate in " + wanted.chain() + " has no subject alternative name: clients refuse it",
                    "have it issued again with its host names as DNS names");
        }
        if (wanted.names().isEmpty()) {
            return own;
        }
        List<String> served = wanted.names().stream().map(HostNames::canonical).toList();
        for (String name : served) {
            if (own.stream().noneMatch(pattern -> HostNames.covers(pattern, name))) {
                complaints.error(
                        "names",
                        "the certificate in " + wanted.chain() + " does not cover " + name + "; it covers " + own,
                        "remove the name, or have the certificate issued again with it");
            }
        }
        return served;
    }

    static List<String> alternativeNames(X509Certificate leaf) {
        try {
            Collection<List<?>> entries = leaf.getSubjectAlternativeNames();
            Set<String> names = new LinkedHashSet<>();
            for (List<?> entry : entries == null ? List.<List<?>>of() : entries) {
                int type = (Integer) entry.get(0);
                if (type == DNS_NAME || type == IP_ADDRESS) {
                    names.add(HostNames.canonical(String.valueOf(entry.get(1))));
                }
            }
            return List.copyOf(names);
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    static String fingerprint(X509Certificate certificate) {
        try {
            return sha256(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

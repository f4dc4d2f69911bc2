package io.portcullis.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * Reads PEM files (RFC 7468) for the operator: what cannot be read becomes a complaint with a remedy.
 *
 * <p>Blocks of other kinds are passed over, so a chain and its key may share a file.
 */
final class PemFiles {
    /** No chain is that long; keeps a mistaken path (a device, an image) from filling the heap. */
    private static final int MAX_BYTES = 1 << 20;

    private final Complaints complaints;

    PemFiles(Complaints complaints) {
        this.complaints = complaints;
    }

    /** The certificates in {@code file}, in its order; null after a complaint. */
    @Nullable
    List<X509Certificate> certificates(Path file) {
        return certificates("chain", file);
    }

    /** The same, complaining at the key {@code field}. */
    @Nullable
    List<X509Certificate> certificates(String field, Path file) {
        List<Object> blocks = blocks(field, file);
        if (blocks == null) {
            return null;
        }
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (Object block : blocks) {
                if (block instanceof X509CertificateHolder holder) {
                    found.add(new JcaX509CertificateConverter().getCertificate(holder));
                }
            }
        } catch (GeneralSecurityException e) {
            complaints.error(field, file + " holds a damaged certificate: " + reason(e), "export it again as PEM");
            return null;
        }
        if (found.isEmpty()) {
            complaints.error(
                    field,
                    file + (blocks.isEmpty() ? " holds no PEM block" : " holds no certificate, only a key"),
                    blocks.isEmpty()
                            ? "it must begin with -----BEGIN CERTIFICATE-----; convert DER with: openssl x509 -inform der -in FILE -out FILE.pem"
                            : "are chain and key swapped?");
            return null;
        }
        return found;
    }

    /** The first private key in {@code file}; null after a complaint. */
    @Nullable
    PrivateKey privateKey(Path file) {
        List<Object> blocks = blocks("key", file);
        if (blocks == null) {
            return null;
        }
        for (Object block : blocks) {
            if (block instanceof PKCS8EncryptedPrivateKeyInfo || block instanceof PEMEncryptedKeyPair) {
                complaints.error(
                        "key",
                        "the private key in " + file + " is encrypted",
                        "decrypt it with: openssl pkey -in " + file + " -out NEW.key, and keep that file at mode 0600");
                return null;
            }
            if (block instanceof PEMKeyPair pair) {
                return converted(file, pair.getPrivateKeyInfo());
            }
            if (block instanceof PrivateKeyInfo plain) {
                return converted(file, plain);
            }
        }
        complaints.error(
                "key",
                file + (blocks.isEmpty() ? " holds no PEM block" : " holds no private key"),
                blocks.isEmpty() ? "it must hold a block PRIVATE KEY, in PEM" : "are chain and key swapped?");
        return null;
    }

    private @Nullable PrivateKey converted(Path file, PrivateKeyInfo encoded) {
        try {
            return new JcaPEMKeyConverter().getPrivateKey(encoded);
        } catch (IOException | RuntimeException e) {
            complaints.error("key", "the private key in " + file + " cannot be used: " + reason(e), "use RSA or ECDSA");
            return null;
        }
    }

    private @Nullable List<Object> blocks(String field, Path file) {
        String text = text(field, file);
        if (text == null) {
            return null;
        }
        List<Object> found = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object block = parser.readObject(); block != null; block = parser.readObject()) {
                found.add(block);
            }
            return found;
        } catch (IOException | RuntimeException e) {
            complaints.error(field, file + " is damaged PEM: " + reason(e), "copy or export it again");
            return null;
        }
    }

    private @Nullable String text(String field, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                complaints.error(field, file + " is larger than 1 MiB", "name a PEM file");
                return null;
            }
            if (bytes.length == 0) {
                complaints.error(field, file + " is empty", "write the PEM text into it");
                return null;
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            complaints.error(
                    field, "there is no file " + file, "check the path; it is relative to the configuration file");
        } catch (AccessDeniedException e) {
            complaints.error(
                    field,
                    file + " may not be read by user " + System.getProperty("user.name"),
                    "give that user read permission on the file and its folders");
        } catch (IOException e) {
            complaints.error(field, file + " cannot be read: " + reason(e), "name a readable PEM file");
        }
        return null;
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}

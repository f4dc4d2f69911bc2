package io.portcullis.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Writes PEM files so that a reader sees the old one or the new one, and a key is never open to others, not even for a moment. */
final class DevFiles {
    private DevFiles() {}

    static void write(Path file, String text, boolean secret) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        // Made with mode 0600 by the library.
        Path fresh = Files.createTempFile(folder, ".", ".tmp");
        try {
            Files.write(fresh, text.getBytes(StandardCharsets.US_ASCII));
            if (!secret && Files.getFileStore(fresh).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    static String pem(X509Certificate certificate) throws IOException {
        return pemOf(certificate);
    }

    /** PKCS#8, not encrypted. */
    static String pem(PrivateKey key) throws IOException {
        return pemOf(new JcaPKCS8Generator(key, null));
    }

    private static String pemOf(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}

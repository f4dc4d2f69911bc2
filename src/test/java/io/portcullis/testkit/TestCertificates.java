package io.portcullis.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority that lives in one test's folder and writes what it signs there as PEM.
 *
 * <pre>{@code
 * TestCertificates ca = TestCertificates.in(dir);
 * TestLeaf site = ca.leaf("example.com", "*.example.com").write("site");   // dir/site.pem, dir/site.key
 * TestLeaf old = ca.intermediate("Old").leaf("old.example").rsa(2048).expired().write("old");
 * SSLContext client = ca.trustingClient();                                  // trusts the root, nothing else
 * }</pre>
 *
 * An authority is the root or an {@link #intermediate}; either signs leaves. A chain file holds the leaf and the intermediates, never
 * the root.
 */
public final class TestCertificates {
    final Path dir;
    final KeyPair keys;
    /** This authority's certificate first, the root's last. */
    final List<X509Certificate> path;

    private TestCertificates(Path dir, KeyPair keys, List<X509Certificate> path) {
        this.dir = dir;
        this.keys = keys;
        this.path = path;
    }

    /** A new root authority; its certificate is {@code ca.pem} in {@code dir}. */
    public static TestCertificates in(Path dir) {
        KeyPair keys = TestLeaf.ecKeys("secp256r1");
        TestSigning signing =
                new TestSigning("Portcullis Test Root", keys.getPublic(), Duration.ofDays(-1), Duration.ofDays(30));
        X509Certificate root = signing.authority("Portcullis Test Root", keys.getPrivate(), null);
        TestCertificates authority = new TestCertificates(dir, keys, List.of(root));
        writeText(dir.resolve("ca.pem"), TestLeaf.pem(List.of(root)));
        return authority;
    }

    /** A new authority signed by this one. */
    public TestCertificates intermediate(String commonName) {
        KeyPair below = TestLeaf.ecKeys("secp256r1");
        TestSigning signing = new TestSigning(commonName, below.getPublic(), Duration.ofDays(-1), Duration.ofDays(30));
        X509Certificate certificate = signing.authority(subject(), keys.getPrivate(), certificate());
        return new TestCertificates(dir, below, concat(certificate, path));
    }

    /** A leaf for these host names and IP addresses: ECDSA P-256, valid from yesterday for 30 days, until told otherwise. */
    public TestLeaf.Order leaf(String... names) {
        return new TestLeaf.Order(this, List.of(names));
    }

    public X509Certificate certificate() {
        return path.get(0);
    }

    public X509Certificate root() {
        return path.get(path.size() - 1);
    }

    /** The root's PEM file, for {@code curl --cacert}. */
    public Path rootFile() {
        return dir.resolve("ca.pem");
    }

    /** A JDK context that trusts the root and nothing else. */
    public SSLContext trustingClient() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("root", root());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate from its DER bytes. */
    public static X509Certificate decoded(byte[] der) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Writes a revocation list of this authority, PEM, good until {@code until} from now. */
    public Path revocationList(String file, Duration until, X509Certificate... revoked) {
        Path written = dir.resolve(file);
        writeText(written, TestLeaf.pem(List.of(TestSigning.revocationList(this, until, revoked))));
        return written;
    }

    String subject() {
        return TestSigning.commonName(certificate());
    }

    static void writeText(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void ownerOnly(Path file) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<X509Certificate> concat(X509Certificate first, List<X509Certificate> rest) {
        List<X509Certificate> all = new ArrayList<>();
        all.add(first);
        all.addAll(rest);
        return List.copyOf(all);
    }
}

package io.portcullis.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The roots a chain may lead to without holding them: the Java runtime's, and {@code ca.pem} beside a chain file. */
public final class KnownRoots {
    /** Initialized by the first who asks; others wait for that. */
    private static final class OfRuntime {
        static final KnownRoots READ = read();
    }

    private final List<X509Certificate> runtime;

    KnownRoots(List<X509Certificate> runtime) {
        this.runtime = List.copyOf(runtime);
    }

    /** The Java runtime's, read once: 150 certificates are a tenth of a start. */
    public static KnownRoots ofRuntime() {
        return OfRuntime.READ;
    }

    private static KnownRoots read() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            // A null store stands for the runtime's own.
            factory.init((@Nullable KeyStore) null);
            List<X509Certificate> roots = new ArrayList<>();
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    roots.addAll(List.of(x509.getAcceptedIssuers()));
                }
            }
            return new KnownRoots(roots);
        } catch (GeneralSecurityException e) {
            // A runtime without a store only costs the check its knowledge; the chain may still be right.
            return new KnownRoots(List.of());
        }
    }

    /** These, and those in PEM files; files that cannot be read add nothing. */
    public KnownRoots and(List<Path> files) {
        return new KnownRoots(Stream.concat(runtime.stream(), files.stream().flatMap(file -> in(file).stream()))
                .toList());
    }

    /** Every one of them. */
    public List<X509Certificate> all() {
        return runtime;
    }

    /** Whether one of them issued it, or is it. */
    public boolean lead(X509Certificate certificate) {
        return runtime.stream().anyMatch(root -> root.equals(certificate) || issued(root, certificate));
    }

    boolean issued(X509Certificate certificate, Path chainFile) {
        return runtime.stream().anyMatch(root -> issued(root, certificate))
                || beside(chainFile).stream().anyMatch(root -> issued(root, certificate));
    }

    /** The root that issued {@code certificate}; null where none known did. */
    @Nullable
    X509Certificate issuerOf(X509Certificate certificate, Path chainFile) {
        return Stream.concat(runtime.stream(), beside(chainFile).stream())
                .filter(root -> issued(root, certificate))
                .findFirst()
                .orElse(null);
    }

    /** Whether {@code issuer} signed {@code certificate}. */
    public static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static List<X509Certificate> beside(Path chainFile) {
        return in(chainFile.resolveSibling("ca.pem"));
    }

    private static List<X509Certificate> in(Path file) {
        if (!Files.isReadable(file)) {
            return List.of();
        }
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> roots = new ArrayList<>();
            for (Certificate found : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                roots.add((X509Certificate) found);
            }
            return roots;
        } catch (IOException | GeneralSecurityException e) {
            return List.of();
        }
    }
}

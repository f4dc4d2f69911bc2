package io.portcullis.tls;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.jspecify.annotations.Nullable;

/** A chain of certificates as a server sends it or a file holds it, and what can be said of it without asking anybody. */
public final class ServedChain {
    /** RSA keys below this are refused by clients (CA/Browser Forum Baseline Requirements §6.1.5). */
    private static final int RSA_BITS = 2048;

    private static final int EC_BITS = 256;

    /** Addresses are shown within commands to be typed: whoever made the certificate must not write the command. */
    private static final Pattern HARMLESS = Pattern.compile("https?://[A-Za-z0-9._~:/?%=+,@\\[\\]-]{1,1000}");

    private final List<X509Certificate> sent;
    private final List<X509Certificate> path;

    private ServedChain(List<X509Certificate> sent, X509Certificate leaf) {
        this.sent = List.copyOf(sent);
        this.path = List.copyOf(ordered(sent, leaf));
    }

    /** As sent, the leaf first. */
    public static ServedChain of(List<X509Certificate> sent) {
        return of(sent, sent.getFirst());
    }

    /** The leaf stands anywhere in it. */
    static ServedChain of(List<X509Certificate> sent, X509Certificate leaf) {
        return new ServedChain(sent, leaf);
    }

    /** From the leaf up, each the issuer of the one before; those that fit nowhere are left out. */
    private static List<X509Certificate> ordered(List<X509Certificate> chain, X509Certificate leaf) {
        List<X509Certificate> rest = new ArrayList<>(chain);
        rest.remove(leaf);
        List<X509Certificate> ordered = new ArrayList<>(List.of(leaf));
        X509Certificate next = issuerOf(leaf, rest);
        while (next != null) {
            rest.remove(next);
            ordered.add(next);
            next = issuerOf(next, rest);
        }
        return ordered;
    }

    private static @Nullable X509Certificate issuerOf(X509Certificate certificate, List<X509Certificate> candidates) {
        for (X509Certificate candidate : candidates) {
            if (KnownRoots.issued(candidate, certificate)) {
                return candidate;
            }
        }
        return null;
    }

    public X509Certificate leaf() {
        return path.getFirst();
    }

    /** From the leaf up, as far as it goes; those that fit nowhere are left out. */
    public List<X509Certificate> path() {
        return path;
    }

    /** Those that fit nowhere in the path: foreign ones, and a second of any. */
    public List<X509Certificate> strays() {
        List<X509Certificate> strays = new ArrayList<>(sent);
        path.forEach(strays::remove);
        return strays;
    }

    /** Whether it was sent as {@link #path} has it. */
    public boolean isInOrder() {
        return sent.equals(path);
    }

    /** Host names, wildcards and addresses of the leaf, canonical. */
    public List<String> names() {
        return FileCertificates.alternativeNames(leaf());
    }

    /** Whether the leaf is for this host name or address (RFC 9525 §6). */
    public boolean covers(String host) {
        String name = HostNames.canonical(host);
        return names().stream().anyMatch(pattern -> HostNames.covers(pattern, name));
    }

    /** Whether it signed itself. */
    public static boolean isSelfSigned(X509Certificate certificate) {
        return KnownRoots.issued(certificate, certificate);
    }

    /** SHA-256 of the whole, 64 hex digits in lower case. */
    public static String fingerprint(X509Certificate certificate) {
        return FileCertificates.fingerprint(certificate);
    }

    /** The algorithm of a signature that clients refuse; null where it is good, or where nobody checks it. */
    public static @Nullable String weakSignature(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        boolean weak = algorithm.startsWith("SHA1") || algorithm.startsWith("MD");
        // A root's own signature is checked by nobody.
        return weak && !isSelfSigned(certificate) ? certificate.getSigAlgName() : null;
    }

    /** For example {@code an RSA key of only 1024 bits}; null where the key is good. */
    public static @Nullable String weakKey(X509Certificate certificate) {
        if (certificate.getPublicKey() instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() < RSA_BITS) {
            return "an RSA key of only " + rsa.getModulus().bitLength() + " bits";
        }
        if (certificate.getPublicKey() instanceof ECKey ec
                && ec.getParams().getOrder().bitLength() < EC_BITS) {
            return "an ECDSA key of only " + ec.getParams().getOrder().bitLength() + " bits";
        }
        return null;
    }

    /** Where the certificate of its issuer is, by its own words: caIssuers of RFC 5280 §4.2.2.1; only {@code http}, {@code https}, of plain characters. */
    public static List<String> issuerSources(X509Certificate certificate) {
        List<String> found = new ArrayList<>();
        try {
            X509CertificateHolder holder = new JcaX509CertificateHolder(certificate);
            Extension access = holder.getExtension(Extension.authorityInfoAccess);
            if (access == null) {
                return found;
            }
            for (AccessDescription each : AuthorityInformationAccess.getInstance(access.getParsedValue())
                    .getAccessDescriptions()) {
                String place = each.getAccessLocation().getName().toString();
                if (each.getAccessMethod().equals(X509ObjectIdentifiers.id_ad_caIssuers)
                        && each.getAccessLocation().getTagNo() == GeneralName.uniformResourceIdentifier
                        && HARMLESS.matcher(place).matches()) {
                    found.add(place);
                }
            }
        } catch (CertificateEncodingException | IllegalArgumentException e) {
            // An extension that cannot be read names nobody.
            found.clear();
        }
        return found;
    }

    /** The certificates in DER, PEM or PKCS#7, as authorities publish them; empty where there are none. */
    public static List<X509Certificate> read(byte[] bytes) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            factory.generateCertificates(new ByteArrayInputStream(bytes))
                    .forEach(each -> found.add((X509Certificate) each));
        } catch (GeneralSecurityException e) {
            found.clear();
        }
        return found;
    }
}

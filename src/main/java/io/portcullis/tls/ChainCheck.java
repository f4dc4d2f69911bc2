package io.portcullis.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Whether a chain is one that clients will accept: its order and ends, its dates, its strength. */
final class ChainCheck {
    /** Renewal tools renew 30 days ahead: at 14 they have failed for two weeks. */
    private static final Duration SOON = Duration.ofDays(14);

    private static final int RSA_BITS = 2048;
    private static final String APPEND = "use the full chain (often called fullchain.pem)";

    private final Complaints complaints;
    private final KnownRoots roots;
    private final Clock clock;
    private final Path file;

    ChainCheck(Complaints complaints, KnownRoots roots, Clock clock, Path file) {
        this.complaints = complaints;
        this.roots = roots;
        this.clock = clock;
        this.file = file;
    }

    /** {@code leaf} is the certificate that matches the key, wherever it stands in {@code chain}. */
    void check(List<X509Certificate> chain, X509Certificate leaf) {
        List<X509Certificate> ordered = ordered(chain, leaf);
        if (ordered.size() < chain.size()) {
            reportGap(chain, ordered);
        } else if (!ordered.equals(chain)) {
            complaints.error(
                    "chain",
                    "the certificates in " + file + " are out of order",
                    "put them in this order: " + names(ordered));
        } else {
            checkEnd(chain);
        }
        for (X509Certificate certificate : ordered) {
            checkDates(certificate, certificate.equals(leaf));
            checkStrength(certificate);
        }
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

    private void reportGap(List<X509Certificate> chain, List<X509Certificate> ordered) {
        List<X509Certificate> stray = new ArrayList<>(chain);
        ordered.forEach(stray::remove);
        X509Certificate last = ordered.get(ordered.size() - 1);
        if (chain.indexOf(stray.get(0)) != chain.lastIndexOf(stray.get(0)) || ordered.contains(stray.get(0))) {
            complaints.error("chain", file + " holds " + name(stray.get(0)) + " twice", "remove the second one");
            return;
        }
        complaints.error(
                "chain",
                "the chain in " + file + " has a gap: " + names(stray) + " did not issue " + name(last) + ", "
                        + name(last.getIssuerX500Principal()) + " did",
                isSelfSigned(last) ? "remove what does not belong to it" : APPEND);
    }

    private void checkEnd(List<X509Certificate> chain) {
        X509Certificate last = chain.get(chain.size() - 1);
        if (isSelfSigned(last)) {
            if (chain.size() > 1) {
                complaints.warning(
                        1,
                        "chain",
                        file + " also holds the root " + name(last),
                        "remove it: clients have it, and every handshake carries it");
            } else {
                complaints.warning(
                        2,
                        "chain",
                        "the certificate in " + file + " is self-signed: no client trusts it unless told to",
                        "use one signed by an authority");
            }
        } else if (!roots.issued(last, file)) {
            String issuer = name(last.getIssuerX500Principal());
            complaints.warning(
                    chain.size() == 1 ? 4 : 2,
                    "chain",
                    "the chain in " + file + " is incomplete unless clients know its issuer " + issuer
                            + ", which is no root this machine knows",
                    APPEND + "; for an authority of your own put its root beside the chain as ca.pem");
        }
    }

    private void checkDates(X509Certificate certificate, boolean isLeaf) {
        Instant now = clock.instant();
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String who = isLeaf ? "the certificate in " + file : name(certificate) + " in " + file;
        if (until.isBefore(now)) {
            complaints.error("chain", who + " expired " + days(until, now) + " ago, on " + until, "renew it");
        } else if (from.isAfter(now)) {
            complaints.error("chain", who + " is not valid before " + from, "check this machine's clock, or wait");
        } else if (until.isBefore(now.plus(SOON))) {
            complaints.warning(5, "chain", who + " expires in " + days(now, until) + ", on " + until, "renew it now");
        }
    }

    private void checkStrength(X509Certificate certificate) {
        String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        // A root's own signature is checked by nobody.
        if (!isSelfSigned(certificate) && (algorithm.startsWith("SHA1") || algorithm.startsWith("MD"))) {
            complaints.warning(
                    4,
                    "chain",
                    name(certificate) + " in " + file + " is signed with " + certificate.getSigAlgName()
                            + ", which clients refuse",
                    "have it issued again with SHA-256");
        }
        if (certificate.getPublicKey() instanceof RSAPublicKey rsa
                && rsa.getModulus().bitLength() < RSA_BITS) {
            complaints.warning(
                    4,
                    "chain",
                    name(certificate) + " in " + file + " has an RSA key of only "
                            + rsa.getModulus().bitLength() + " bits, which clients refuse",
                    "use 2048 bits or more, or ECDSA P-256");
        }
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        return KnownRoots.issued(certificate, certificate);
    }

    private static String days(Instant from, Instant until) {
        long days = Duration.between(from, until).toDays();
        return days == 0 ? "less than a day" : days == 1 ? "1 day" : days + " days";
    }

    private static String names(List<X509Certificate> certificates) {
        return certificates.stream().map(ChainCheck::name).collect(Collectors.joining(", "));
    }

    private static String name(X509Certificate certificate) {
        return name(certificate.getSubjectX500Principal());
    }

    private static String name(X500Principal principal) {
        return "\"" + principal.getName() + "\"";
    }
}

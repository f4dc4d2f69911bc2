package io.portcullis.tls;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

/** Whether a chain is one that clients will accept: its order and ends, its dates, its strength. */
final class ChainCheck {
    /** Renewal tools renew 30 days ahead: at 14 they have failed for two weeks. */
    private static final Duration SOON = Duration.ofDays(14);

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
        ServedChain served = ServedChain.of(chain, leaf);
        List<X509Certificate> ordered = served.path();
        if (ordered.size() < chain.size()) {
            reportGap(chain, served);
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

    private void reportGap(List<X509Certificate> chain, ServedChain served) {
        List<X509Certificate> ordered = served.path();
        List<X509Certificate> stray = served.strays();
        X509Certificate last = ordered.get(ordered.size() - 1);
        if (chain.indexOf(stray.get(0)) != chain.lastIndexOf(stray.get(0)) || ordered.contains(stray.get(0))) {
            complaints.error("chain", file + " holds " + name(stray.get(0)) + " twice", "remove the second one");
            return;
        }
        complaints.error(
                "chain",
                "the chain in " + file + " has a gap: " + names(stray) + " did not issue " + name(last) + ", "
                        + name(last.getIssuerX500Principal()) + " did",
                ServedChain.isSelfSigned(last) ? "remove what does not belong to it" : APPEND);
    }

    private void checkEnd(List<X509Certificate> chain) {
        X509Certificate last = chain.get(chain.size() - 1);
        if (ServedChain.isSelfSigned(last)) {
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
        String signature = ServedChain.weakSignature(certificate);
        if (signature != null) {
            complaints.warning(
                    4,
                    "chain",
                    name(certificate) + " in " + file + " is signed with " + signature + ", which clients refuse",
                    "have it issued again with SHA-256");
        }
        String key = ServedChain.weakKey(certificate);
        if (key != null) {
            complaints.warning(
                    4,
                    "chain",
                    name(certificate) + " in " + file + " has " + key + ", which clients refuse",
                    "use 2048 bits or more, or ECDSA P-256");
        }
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

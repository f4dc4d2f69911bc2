package io.portcullis.doctor;

import io.portcullis.tls.ServedChain;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What each certificate says of itself: dates, names, strength; and whether it is the one that ought to be there. */
final class CertificateCheck {
    /** Renewal tools renew 30 days ahead: at 14 they have failed for two weeks. */
    private static final Duration SOON = Duration.ofDays(14);

    private static final int NAMES_SHOWN = 12;

    private final Patient patient;
    private final Clock clock;

    CertificateCheck(Patient patient, Clock clock) {
        this.patient = patient;
        this.clock = clock;
    }

    List<Finding> check(ServedChain chain) {
        List<Finding> found = new ArrayList<>();
        for (X509Certificate each : chain.path()) {
            dates(each, each.equals(chain.leaf()), found);
            strength(each, found);
        }
        name(chain, found);
        sameness(chain.leaf(), found);
        return found;
    }

    private void dates(X509Certificate certificate, boolean leaf, List<Finding> found) {
        Instant now = clock.instant();
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        String who = leaf ? "the certificate" : "the intermediate certificate " + subject(certificate);
        String proof = subject(certificate) + " is valid from " + from + " to " + until + "; this machine's clock says "
                + now.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        String renew = leaf
                ? "renew it, put the new chain and key in place, and let the server read them; then see why nothing renewed it by itself"
                : "take the authority's present intermediate (its AIA names it) into the chain file in place of this one";
        if (until.isBefore(now)) {
            found.add(Ailment.CERTIFICATE_EXPIRED.at(
                    patient.where(), who + " expired " + days(until, now) + " ago", proof, renew));
        } else if (from.isAfter(now)) {
            found.add(
                    Ailment.CERTIFICATE_NOT_YET_VALID.at(
                            patient.where(),
                            who + " becomes valid only in " + days(now, from),
                            proof,
                            "compare this machine's clock with a known one (date -u); if it is right, serve the certificate before this one until then"));
        } else if (until.isBefore(now.plus(SOON))) {
            found.add(Ailment.CERTIFICATE_EXPIRES_SOON.at(
                    patient.where(), who + " expires in " + days(now, until), proof, renew));
        }
    }

    private void strength(X509Certificate certificate, List<Finding> found) {
        String signature = ServedChain.weakSignature(certificate);
        if (signature != null) {
            found.add(Ailment.WEAK_SIGNATURE.at(
                    patient.where(),
                    "a certificate is signed with " + signature + ", which clients refuse",
                    subject(certificate) + ", signed by "
                            + certificate.getIssuerX500Principal().getName(),
                    "have it issued again, signed with SHA-256 or better"));
        }
        String key = ServedChain.weakKey(certificate);
        if (key != null) {
            found.add(Ailment.WEAK_KEY.at(
                    patient.where(),
                    "a certificate has " + key + ", which clients refuse",
                    subject(certificate) + ": " + certificate.getPublicKey().getAlgorithm(),
                    "make a new key (openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out new.key)"
                            + " and have a certificate issued for it"));
        }
    }

    private void name(ServedChain chain, List<Finding> found) {
        if (chain.covers(patient.name())) {
            return;
        }
        List<String> names = chain.names();
        String shown = String.join(" ", names.subList(0, Math.min(names.size(), NAMES_SHOWN)))
                + (names.size() > NAMES_SHOWN ? " and " + (names.size() - NAMES_SHOWN) + " more" : "");
        found.add(Ailment.NAME_MISMATCH.at(
                patient.where(),
                "the certificate is not for " + patient.name(),
                names.isEmpty()
                        ? subject(chain.leaf())
                                + " has no subject alternative name at all; clients look at nothing else"
                        : "its names are: " + shown,
                "have it issued again with " + patient.name() + " among its names, or ask for one of the names it has;"
                        + " if another certificate was meant, the server does not find it for this name"));
    }

    private void sameness(X509Certificate leaf, List<Finding> found) {
        List<X509Certificate> configured = patient.ours().configured();
        Set<String> running = patient.ours().running();
        if (configured.isEmpty() || configured.contains(leaf)) {
            return;
        }
        X509Certificate ours = configured.getFirst();
        if (running.contains(ServedChain.fingerprint(leaf))) {
            found.add(
                    Ailment.CERTIFICATE_STALE.at(
                            patient.where(),
                            "the file has another certificate than the process serves: it was not taken up",
                            "served, and known to the process: sha256 " + ServedChain.fingerprint(leaf) + ", until "
                                    + leaf.getNotAfter().toInstant() + "; in the file: " + ServedChain.fingerprint(ours)
                                    + ", until " + ours.getNotAfter().toInstant(),
                            "reload (systemctl reload portcullis, or SIGHUP), and read in the log why it was refused if it was"));
            return;
        }
        found.add(
                Ailment.CERTIFICATE_DIFFERS.at(
                        patient.where(),
                        "the certificate seen is not the one that the configuration serves",
                        "seen: " + subject(leaf) + " by "
                                + leaf.getIssuerX500Principal().getName() + ", sha256 "
                                + ServedChain.fingerprint(leaf) + "; configured: " + subject(ours) + " by "
                                + ours.getIssuerX500Principal().getName() + ", sha256 " + ServedChain.fingerprint(ours)
                                + (running.isEmpty()
                                        ? ""
                                        : "; the process on this machine says that it serves no such certificate"),
                        "if you know the issuer seen as your network's or CDN's, it opens TLS in between: ask it to let this name through;"
                                + " else the address leads to another server, or the process has not reloaded (see its log for refused)"));
    }

    static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private static String days(Instant from, Instant until) {
        long days = Duration.between(from, until).toDays();
        return days == 0 ? "less than a day" : days == 1 ? "1 day" : days + " days";
    }
}

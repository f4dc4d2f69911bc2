package io.portcullis.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Strict-Transport-Security (RFC 6797): whether it is there, where it counts, and what it promises too much. */
final class HstsCheck {
    private static final String FIELD = "strict-transport-security";
    private static final Pattern MAX_AGE = Pattern.compile("(?:^|;)\\s*max-age\\s*=\\s*\"?([0-9]{1,15})\"?\\s*(?=;|$)");
    private static final long HALF_A_YEAR = 15_768_000;
    /** What https://hstspreload.org asks for. */
    private static final long YEAR = 31_536_000;

    private static final String KEY = "tls.<name>.hsts";

    private final Patient patient;

    HstsCheck(Patient patient) {
        this.patient = patient;
    }

    /** @param covered whether the certificate is for subdomains too */
    List<Finding> overTls(HttpAnswer answer, boolean covered) {
        List<Finding> found = new ArrayList<>();
        List<String> values = answer.all(FIELD);
        if (!patient.isNamed()) {
            return found;
        }
        if (values.isEmpty()) {
            found.add(Ailment.HSTS_MISSING.at(
                    patient.where(),
                    "no HSTS: a first visit by http:// can be caught on the way every time",
                    answer.status() + " without a field Strict-Transport-Security",
                    "in Portcullis: " + KEY + " { max-age = 5m }, raised step by step to a year"));
            return found;
        }
        String value = values.getFirst().toLowerCase(Locale.ROOT);
        Matcher age = MAX_AGE.matcher(value);
        if (values.size() > 1 || !age.find()) {
            found.add(Ailment.HSTS_BROKEN.at(
                    patient.where(),
                    values.size() > 1
                            ? "HSTS is sent twice: clients take only the first"
                            : "HSTS has no valid max-age: clients ignore it",
                    "Strict-Transport-Security: " + String.join(" | ", values),
                    "send it once, as max-age=31536000; where proxy and application both do, take it out of one"));
            return found;
        }
        promises(value, Long.parseLong(age.group(1)), covered, found);
        return found;
    }

    private void promises(String value, long maxAge, boolean covered, List<Finding> found) {
        String proof = "Strict-Transport-Security: " + value;
        boolean subdomains = value.contains("includesubdomains");
        if (maxAge < HALF_A_YEAR) {
            found.add(Ailment.HSTS_SHORT.at(
                    patient.where(),
                    maxAge == 0
                            ? "HSTS is being taken back"
                            : "HSTS holds only " + maxAge + " seconds after each visit",
                    proof,
                    "if nothing failed under it, raise " + KEY + ".max-age step by step to 365d"));
        }
        if (subdomains && !covered) {
            found.add(Ailment.HSTS_SUBDOMAINS.at(
                    patient.where(),
                    "HSTS includes every subdomain, and this certificate covers none",
                    proof + "; the certificate is not for *." + patient.name(),
                    "make sure that each subdomain answers by HTTPS with a certificate of its own, or write " + KEY
                            + ".include-subdomains = off, and a small max-age until browsers have seen it"));
        }
        if (value.contains("preload") && (maxAge < YEAR || !subdomains)) {
            found.add(Ailment.HSTS_PRELOAD.at(
                    patient.where(),
                    "HSTS asks for preload and is not ready for it",
                    proof + "; the list wants max-age of at least " + YEAR + " and includeSubDomains",
                    "write both, or take preload away: a name on the list stays there for months"));
        }
        if (patient.port() != 443) {
            found.add(
                    Ailment.HSTS_PORTS.at(
                            patient.where(),
                            "HSTS comes from port " + patient.port() + " and holds for the whole host, each port of it",
                            proof + "; RFC 6797 §8.3: http://" + patient.name() + ":8080/ becomes https://"
                                    + patient.name() + ":8080/",
                            "serve this on port 443 or under a name of its own, or take HSTS away here, if anything on this host is plain HTTP"));
        }
    }

    /** @param answer that came without TLS */
    List<Finding> overPlain(@Nullable HttpAnswer answer) {
        if (answer == null || answer.first(FIELD) == null) {
            return List.of();
        }
        return List.of(
                Ailment.HSTS_ON_HTTP.at(
                        patient.where(),
                        "HSTS is sent over plain HTTP, where clients must ignore it (RFC 6797 §8.1)",
                        answer.status() + " over http:// with Strict-Transport-Security: " + answer.first(FIELD),
                        "send it over HTTPS only, and redirect http:// there; in Portcullis it belongs to a tls block, so this comes from behind"));
    }

    /** Where HSTS asks for preload, the plain port must lead to HTTPS on the same host. */
    List<Finding> preloadRedirect(HttpAnswer overTls, Journey plain) {
        String value = overTls.first(FIELD);
        boolean leads =
                plain.pages().size() > 1 && "https".equals(plain.pages().get(1).getScheme());
        if (value == null
                || !value.toLowerCase(Locale.ROOT).contains("preload")
                || leads
                || plain.answers().isEmpty()) {
            return List.of();
        }
        return List.of(Ailment.HSTS_PRELOAD.at(
                patient.where(),
                "HSTS asks for preload and http:// does not lead to https:// on the same host first",
                plain.told() + " answered " + plain.answers().getFirst().status(),
                "redirect every request on port 80 to the same host by HTTPS: listeners.<name>.redirect-to-https {}"));
    }
}

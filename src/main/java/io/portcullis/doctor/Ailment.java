package io.portcullis.doctor;

import java.util.Locale;

/** Everything that can be found. Each has a section in docs/doctor.md. */
public enum Ailment {
    NAME_UNKNOWN(Severity.ERROR),
    PORT_CLOSED(Severity.ERROR),
    PORT_FILTERED(Severity.ERROR),
    PORT_TAKEN(Severity.ERROR),
    ADDRESS_SILENT(Severity.ERROR),
    PLAIN_ON_TLS_PORT(Severity.ERROR),
    TLS_ON_PLAIN_PORT(Severity.ERROR),
    OTHER_PROTOCOL(Severity.ERROR),
    TLS_VERSION(Severity.ERROR),
    TLS_SUITES(Severity.ERROR),
    TLS_GROUPS(Severity.ERROR),
    TLS_REFUSED(Severity.ERROR),
    SERVER_NAME_REFUSED(Severity.ERROR),
    CLIENT_CERTIFICATE(Severity.NOTE),
    ALPN_MISMATCH(Severity.ERROR),
    CERTIFICATE_EXPIRED(Severity.ERROR),
    CERTIFICATE_NOT_YET_VALID(Severity.ERROR),
    CERTIFICATE_EXPIRES_SOON(Severity.WARNING),
    NAME_MISMATCH(Severity.ERROR),
    WEAK_KEY(Severity.ERROR),
    WEAK_SIGNATURE(Severity.ERROR),
    CHAIN_INCOMPLETE(Severity.ERROR),
    CHAIN_DISORDER(Severity.WARNING),
    SELF_SIGNED(Severity.ERROR),
    ISSUER_UNKNOWN(Severity.ERROR),
    CERTIFICATE_UNFIT(Severity.ERROR),
    CERTIFICATE_DIFFERS(Severity.ERROR),
    CERTIFICATE_STALE(Severity.WARNING),
    KEY_MISMATCH(Severity.ERROR),
    CLOCK_SKEW(Severity.WARNING),
    REDIRECT_PORT(Severity.ERROR),
    REDIRECT_LOOP(Severity.ERROR),
    HSTS_MISSING(Severity.NOTE),
    HSTS_ON_HTTP(Severity.WARNING),
    HSTS_BROKEN(Severity.WARNING),
    HSTS_SHORT(Severity.NOTE),
    HSTS_SUBDOMAINS(Severity.WARNING),
    HSTS_PRELOAD(Severity.WARNING),
    HSTS_PORTS(Severity.WARNING),
    MIXED_CONTENT(Severity.WARNING),
    BACKEND_UNREACHABLE(Severity.ERROR),
    BACKEND_PROTOCOL(Severity.ERROR),
    BACKEND_CERTIFICATE(Severity.ERROR),
    CONFIGURATION(Severity.WARNING);

    private final Severity severity;

    Ailment(Severity severity) {
        this.severity = severity;
    }

    /** The id: {@code certificate-expired}. Never changes once released. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** How much it hurts. */
    public Severity severity() {
        return severity;
    }

    /** A finding of this kind. */
    Finding at(String where, String what, String proof, String remedy) {
        return new Finding(this, severity, where, what, proof, remedy);
    }
}

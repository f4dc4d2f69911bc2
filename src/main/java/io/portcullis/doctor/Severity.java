package io.portcullis.doctor;

import java.util.Locale;

/** How much a finding hurts; the worst last. */
public enum Severity {
    /** Worth knowing; nothing fails. */
    NOTE,
    /** Some clients fail, or all will. */
    WARNING,
    /** Clients fail now. */
    ERROR;

    /** {@code note}, {@code warning}, {@code error}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package io.portcullis.config;

/**
 * One mistake or risk in a configuration, in words an operator can act on.
 *
 * @param severity errors refuse the configuration, warnings do not
 * @param where file and line
 * @param key the key's full path, for example {@code tls.public.certificates[0].key}; empty where no key is concerned
 * @param message what is wrong, in one sentence
 * @param remedy what to do; a "did you mean" stands here; empty only where the message already says it
 * @param risk rank of a warning, 1 (mention) to 5 (act today); 0 for errors
 */
public record Problem(Severity severity, SourceLine where, String key, String message, String remedy, int risk) {
    /** Whether a problem refuses the configuration. */
    public enum Severity {
        ERROR,
        WARNING
    }

    /** A mistake that refuses the configuration. */
    public static Problem error(SourceLine where, String key, String message, String remedy) {
        return new Problem(Severity.ERROR, where, key, message, remedy, 0);
    }

    /** A risk the operator should know of; {@code risk} is 1 to 5. */
    public static Problem warning(int risk, SourceLine where, String key, String message, String remedy) {
        return new Problem(Severity.WARNING, where, key, message, remedy, risk);
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code conf/x.conf:12: routes[1].upstraem: unknown key; did you mean "upstream"?} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (!where.file().isEmpty()) {
            text.append(where).append(": ");
        }
        if (!key.isEmpty()) {
            text.append(key).append(": ");
        }
        text.append(message);
        if (!remedy.isEmpty()) {
            text.append("; ").append(remedy);
        }
        return text.toString();
    }
}

package io.portcullis.http;

import org.jspecify.annotations.Nullable;

/** The field {@code Keep-Alive} of a response: {@code timeout=5, max=100} (RFC 2068 §19.7.1.1; no later RFC, but many servers). */
public final class KeepAliveField {
    private static final String NAME = "keep-alive";

    private KeepAliveField() {}

    /** Its {@code timeout} in seconds; 0 where there is none, or none that can be read. */
    public static long seconds(Fields fields) {
        @Nullable String value = fields.first(NAME);
        if (value == null) {
            return 0;
        }
        for (String part : value.split(",", -1)) {
            String parameter = part.strip();
            if (parameter.regionMatches(true, 0, "timeout=", 0, 8)) {
                return digits(parameter.substring(8));
            }
        }
        return 0;
    }

    private static long digits(String text) {
        boolean fit = !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return fit ? Long.parseLong(text) : 0;
    }
}

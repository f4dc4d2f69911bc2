package io.portcullis.http;

import java.util.Locale;
import java.util.Set;

/** Which fields may follow a body (RFC 9110 §6.5.1). */
public final class TrailerFields {
    /** Those that decide framing, routing, identity or how the body is read, and so must come before it. */
    private static final Set<String> REFUSED = Set.of(
            "authorization",
            "cache-control",
            "content-encoding",
            "content-range",
            "content-type",
            "cookie",
            "expect",
            "max-forwards",
            "pragma",
            "range",
            "set-cookie",
            "via",
            "www-authenticate");

    private TrailerFields() {}

    /** Whether {@code name} may be passed on after a body. */
    public static boolean mayFollow(CharSequence name) {
        return FieldNames.kind(name) == FieldNames.Kind.PASSED
                && !REFUSED.contains(name.toString().toLowerCase(Locale.ROOT));
    }
}

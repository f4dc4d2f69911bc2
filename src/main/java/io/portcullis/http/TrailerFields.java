package io.portcullis.http;

import java.util.Set;

/** Which fields may follow a body (RFC 9110 §6.5.1). */
public final class TrailerFields {
    /** Those that decide routing, identity, conditions, caching or how the body is read, and so must come before it. */
    private static final Set<String> REFUSED = Set.of(
            "age",
            "authorization",
            "cache-control",
            "content-encoding",
            "content-location",
            "content-range",
            "content-type",
            "cookie",
            "expect",
            "expires",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "if-unmodified-since",
            "location",
            "max-forwards",
            "pragma",
            "range",
            "retry-after",
            "set-cookie",
            "vary",
            "via",
            "warning",
            "www-authenticate");

    private TrailerFields() {}

    /** Those of {@code trailers} that {@code Connection} did not nominate, and that so do not end here. */
    static Fields without(ConnectionOptions options, Fields trailers) {
        for (int i = options.nominated().isEmpty() ? -1 : trailers.size() - 1; i >= 0; i--) {
            String name = trailers.name(i);
            if (options.nominates(name)) {
                trailers.remove(name);
                i = trailers.size();
            }
        }
        return trailers;
    }

    /** Whether {@code name} may be passed on after a body; other spellings of a name count as the name. */
    public static boolean mayFollow(CharSequence name) {
        return FieldNames.kind(name) == FieldNames.Kind.PASSED && !REFUSED.contains(FieldNames.canonical(name));
    }
}

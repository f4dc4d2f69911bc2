package io.portcullis.config;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which header fields configuration may speak of. What is about one connection only, frames a message, or is said by us of the client,
 * it may not: {@code http.FieldNames} would undo it on the way. A test holds both to the same names, in every spelling that backends fold.
 */
final class HeaderNames {
    private static final Set<String> CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy",
            "te",
            "trailer",
            "upgrade",
            "transfer-encoding",
            "content-length");
    private static final Set<String> IDENTITY =
            Set.of("forwarded", "x-real-ip", "x-request-id", "x-rewrite-url", "via");

    private HeaderNames() {}

    /** Whether it is not the operator's to change; {@code name} in any spelling. */
    static boolean isOurs(String name) {
        String folded = folded(name);
        return isOfConnection(folded)
                || isIdentity(folded)
                || Set.of("host", "date", "expect", "strict-transport-security").contains(folded);
    }

    /** What to do instead of changing this field; null where it may be changed. */
    static @Nullable String remedyForChange(String name) {
        String folded = folded(name);
        if (folded.startsWith("sec-websocket-")) {
            return "remove it: WebSocket's handshake breaks without what its two ends said";
        }
        if (!isOurs(name)) {
            return null;
        }
        if (isOfConnection(folded)) {
            return "remove it: it is about one connection or frames the message, and is written anew on each side";
        }
        return switch (folded) {
            case "host" -> "remove it: backends get the host that the client asked for";
            case "strict-transport-security" -> "write tls.<name>.hsts";
            case "date", "expect" -> "remove it: its sender alone can say it (RFC 9110)";
            default -> "remove it: who the client is, is said by Portcullis in this field; see forwarding";
        };
    }

    /** What to do instead of telling routes by this field; null where that may be. */
    static @Nullable String remedyForMatch(String name) {
        String folded = folded(name);
        if (folded.equals("host")) {
            return "write host = …";
        }
        if (folded.equals("cookie")) {
            return "write cookies = [ … ]";
        }
        if (isIdentity(folded)) {
            return "any client can write it; for addresses write clients = [ … ], which knows trusted proxies";
        }
        return isOfConnection(folded) ? "it is about one connection, and HTTP/2 has none of it" : null;
    }

    /** As backends may read it: lower case, {@code -} for all that is neither letter nor digit. */
    static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "-");
    }

    private static boolean isOfConnection(String folded) {
        return CONNECTION.contains(folded) || folded.startsWith("proxy-auth");
    }

    private static boolean isIdentity(String folded) {
        return IDENTITY.contains(folded)
                || folded.startsWith("x-forwarded-")
                || folded.startsWith("x-original-")
                || folded.startsWith("x-client-cert")
                || folded.startsWith("client-cert");
    }
}

package io.portcullis.http;

import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, in one normal form that routing, rules and forwarding share (RFC 9112 §3.2, RFC 3986 §6.2.2).
 *
 * <p>Normal form: percent-encoded unreserved characters are decoded, other triplets have upper-case digits. {@code %2F},
 * {@code ;} and {@code //} stay as they are. Dot segments (plain, encoded, or bounded by encoded slashes or backslashes),
 * backslashes, {@code %00}, overlong UTF-8, control bytes, raw non-ASCII and fragments are refused rather than guessed at.
 *
 * @param path begins with {@code /}, or is {@code *}, or, for CONNECT, which nobody routes, the authority
 * @param query without its {@code ?}, as the client wrote it; null where there is none
 * @param authority from an absolute-form target; null in origin form. It wins over {@code Host} (RFC 9112 §3.2.2)
 */
public record RequestTarget(String path, @Nullable String query, @Nullable Authority authority) {
    private static final RequestTarget ROOT = new RequestTarget("/", null, null);
    private static final RequestTarget ASTERISK = new RequestTarget("*", null, null);

    /** Path and query as a request line carries them. */
    public String text() {
        return query == null ? path : path + "?" + query;
    }

    /** Reads a request target; null where it is malformed for {@code method}. */
    public static @Nullable RequestTarget parse(String method, String text) {
        if (text.equals("/")) {
            return ROOT;
        }
        if (text.isEmpty()) {
            return null;
        }
        if (text.charAt(0) == '/') {
            return origin(text, null);
        }
        if (text.equals("*")) {
            return method.equals("OPTIONS") ? ASTERISK : null;
        }
        return method.equals("CONNECT") ? authority(text) : absolute(method, text);
    }

    /** RFC 9112 §3.2.3. */
    private static @Nullable RequestTarget authority(String text) {
        Authority authority = Authority.parse(text);
        return authority == null || authority.port() == 0 ? null : new RequestTarget(text, null, authority);
    }

    private static @Nullable RequestTarget absolute(String method, String text) {
        int colon = text.indexOf("://");
        if (colon < 0) {
            return null;
        }
        String scheme = text.substring(0, colon);
        if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
            return null;
        }
        int start = colon + 3;
        int end = start;
        while (end < text.length() && text.charAt(end) != '/' && text.charAt(end) != '?') {
            end++;
        }
        Authority authority = Authority.parse(text.substring(start, end));
        if (authority == null) {
            return null;
        }
        String rest = text.substring(end);
        if (rest.isEmpty() && method.equals("OPTIONS")) {
            // About the server as a whole (RFC 9112 §3.2.4).
            return new RequestTarget("*", null, authority);
        }
        return origin(rest.isEmpty() || rest.charAt(0) == '?' ? "/" + rest : rest, authority);
    }

    private static @Nullable RequestTarget origin(String text, @Nullable Authority authority) {
        int mark = text.indexOf('?');
        String path = PathNormaliser.normalise(mark < 0 ? text : text.substring(0, mark));
        String query = mark < 0 ? null : text.substring(mark + 1);
        if (path == null || query != null && !PathNormaliser.isQuery(query)) {
            return null;
        }
        return new RequestTarget(path, query, authority);
    }
}

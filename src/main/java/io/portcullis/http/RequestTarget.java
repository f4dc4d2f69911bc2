package io.portcullis.http;

import org.jspecify.annotations.Nullable;

/**
 * What a request asks for, in one normal form that routing, rules and forwarding share (RFC 9112 §3.2, RFC 3986 §6.2.2).
 *
 * <p>Normal form: percent-encoded unreserved characters are decoded, other triplets have upper-case digits. {@code %2F},
 * {@code ;} and {@code //} stay as they are: what becomes of them is the route's policy. Dot segments (plain, encoded, or bounded
 * by encoded slashes or backslashes), backslashes, {@code %00}, overlong UTF-8, control bytes, raw non-ASCII and fragments are
 * refused rather than guessed at; only {@link #read} resolves dot segments, and only in a path that has nothing else to guess at.
 *
 * @param path begins with {@code /}, or is {@code *}, or, for CONNECT, which nobody routes, the authority
 * @param query without its {@code ?}, as the client wrote it; null where there is none
 * @param authority from an absolute-form target; null in origin form. It wins over {@code Host} (RFC 9112 §3.2.2)
 * @param shape what is to be thought of before anyone acts on the path
 */
public record RequestTarget(String path, @Nullable String query, @Nullable Authority authority, Shape shape) {
    /** Whether a path says one thing to everyone. */
    public enum Shape {
        PLAIN,
        /** It has something that backends read in more than one way ({@link PathReadings}), or {@code %25}, {@code %23}, {@code %3F}. */
        AMBIGUOUS,
        /** It had dot segments, and is what they lead to; for the rest it is plain. Nobody may act on it who would refuse them. */
        RESOLVED
    }

    private static final RequestTarget ROOT = new RequestTarget("/", null, null);
    private static final RequestTarget ASTERISK = new RequestTarget("*", null, null);

    /** A target whose path has no dot segments. */
    public RequestTarget(String path, @Nullable String query, @Nullable Authority authority) {
        this(path, query, authority, shapeOf(path));
    }

    /** The same with another path, which has no dot segments. */
    public RequestTarget withPath(String other) {
        return new RequestTarget(other, query, authority);
    }

    /**
     * The same with the path that a route made of this one.
     *
     * @return null where that is not in normal form, has dot segments, begins with two slashes, or can be read in more ways than this
     */
    public @Nullable RequestTarget rewritten(String other) {
        if (other.equals(path)) {
            return this;
        }
        boolean sound = other.startsWith("/")
                && !other.startsWith("//")
                && other.equals(PathNormaliser.normalise(other))
                && !DotSegments.isIn(other);
        RequestTarget made = sound ? withPath(other) : null;
        return made != null && (made.isPlain() || shape == Shape.AMBIGUOUS) ? made : null;
    }

    public boolean isPlain() {
        return shape == Shape.PLAIN;
    }

    /** Path and query as a request line carries them. */
    public String text() {
        return query == null ? path : path + "?" + query;
    }

    /** Reads a request target; null where it is malformed for {@code method}, or has dot segments. */
    public static @Nullable RequestTarget parse(String method, String text) {
        RequestTarget target = read(method, text);
        return target == null || target.shape == Shape.RESOLVED ? null : target;
    }

    /** Reads a request target, and resolves dot segments where they are clear; null where it is malformed for {@code method}. */
    public static @Nullable RequestTarget read(String method, String text) {
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
        String query = mark < 0 ? null : text.substring(mark + 1);
        String path = PathNormaliser.normalise(mark < 0 ? text : text.substring(0, mark));
        if (path == null || query != null && !PathNormaliser.isQuery(query)) {
            return null;
        }
        if (!DotSegments.isIn(path)) {
            return new RequestTarget(path, query, authority);
        }
        String resolved = shapeOf(path) == Shape.PLAIN ? DotSegments.resolve(path) : null;
        return resolved == null ? null : new RequestTarget(resolved, query, authority, Shape.RESOLVED);
    }

    private static Shape shapeOf(String path) {
        if (path.indexOf('%') < 0 && path.indexOf(';') < 0 && !PathReadings.hasDoubleSlash(path)) {
            return Shape.PLAIN;
        }
        boolean ambiguous = PathReadings.isAmbiguous(path) || PathReadings.hasEncodedDelimiter(path);
        return ambiguous ? Shape.AMBIGUOUS : Shape.PLAIN;
    }
}

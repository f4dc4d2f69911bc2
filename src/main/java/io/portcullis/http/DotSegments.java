package io.portcullis.http;

import org.jspecify.annotations.Nullable;

/** The segments {@code .} and {@code ..} of a path in normal form, and what backends take for them. */
final class DotSegments {
    private DotSegments() {}

    static boolean isIn(String path) {
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            boolean ends = segmentEnds(path, dot + 1) || path.startsWith("..", dot) && segmentEnds(path, dot + 2);
            if (ends && segmentBegins(path, dot)) {
                return true;
            }
        }
        return false;
    }

    private static boolean segmentBegins(String path, int at) {
        return at == 0 || path.charAt(at - 1) == '/' || isSeparator(path, at - 3);
    }

    /** Some backends cut a segment at ";", so "..;x" climbs there. */
    private static boolean segmentEnds(String path, int at) {
        return at == path.length()
                || path.charAt(at) == '/'
                || path.charAt(at) == ';'
                || path.startsWith("%3B", at)
                || isSeparator(path, at);
    }

    /** Some backends decode these before they resolve dots, so "..%2F" climbs there. */
    private static boolean isSeparator(String path, int at) {
        return path.startsWith("%2F", at) || path.startsWith("%5C", at);
    }

    /** Where they lead (RFC 3986 §5.2.4), of a path that is otherwise plain; null where they would climb above the root. */
    static @Nullable String resolve(String path) {
        StringBuilder out = new StringBuilder(path.length());
        int at = 0;
        while (at < path.length()) {
            int slash = path.indexOf('/', at + 1);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(at + 1, end);
            if (segment.equals("..")) {
                if (out.isEmpty()) {
                    return null;
                }
                out.setLength(out.lastIndexOf("/"));
            } else if (!segment.equals(".")) {
                out.append('/').append(segment);
            }
            boolean last = end == path.length();
            if (last && (segment.equals(".") || segment.equals(".."))) {
                out.append('/');
            }
            at = end;
        }
        return out.toString();
    }
}

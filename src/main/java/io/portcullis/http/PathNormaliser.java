package io.portcullis.http;

import org.jspecify.annotations.Nullable;

/** Brings a raw path into the normal form of {@link RequestTarget}, or refuses it. */
final class PathNormaliser {
    private static final byte BAD = 0;
    private static final byte FINE = 1;
    private static final byte DOT = 2;
    private static final byte PERCENT = 3;
    private static final byte UNRESERVED = 4;
    private static final byte[] KINDS = kinds();

    private PathNormaliser() {}

    /** The normal form; the same object where {@code raw} has it already; null where it is refused. */
    static @Nullable String normalise(String raw) {
        boolean plain = true;
        for (int i = 0; i < raw.length(); i++) {
            byte kind = kind(raw.charAt(i));
            if (kind == BAD) {
                return null;
            }
            if (kind == PERCENT || kind == DOT && raw.charAt(i - 1) == '/') {
                plain = false;
                break;
            }
        }
        if (plain) {
            return raw;
        }
        String decoded = decodeUnreserved(raw);
        return decoded == null || hasDotSegment(decoded) ? null : decoded;
    }

    /** Whether every character may stand in a query. Brackets, braces, bars, quotes and the like are common there, and kept. */
    static boolean isQuery(String query) {
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String decodeUnreserved(String raw) {
        StringBuilder out = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            byte kind = kind(c);
            if (kind == BAD) {
                return null;
            }
            if (kind != PERCENT) {
                out.append(c);
                continue;
            }
            if (i + 2 >= raw.length()) {
                return null;
            }
            int high = Character.digit(raw.charAt(i + 1), 16);
            int low = Character.digit(raw.charAt(i + 2), 16);
            int value = high * 16 + low;
            if (high < 0 || low < 0 || value == 0) {
                return null;
            }
            byte decoded = kind((char) value);
            if (decoded == UNRESERVED || decoded == DOT) {
                out.append((char) value);
            } else {
                out.append('%').append(digit(high)).append(digit(low));
            }
            i += 2;
        }
        return out.toString();
    }

    private static boolean hasDotSegment(String path) {
        int start = 0;
        while (start <= path.length()) {
            int end = path.indexOf('/', start);
            if (end < 0) {
                end = path.length();
            }
            // Some backends cut a segment at ";", so "..;x" climbs there.
            int semicolon = path.indexOf(';', start);
            int length = (semicolon >= 0 && semicolon < end ? semicolon : end) - start;
            if (length == 1 && path.charAt(start) == '.' || length == 2 && path.startsWith("..", start)) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    private static char digit(int value) {
        return (char) (value < 10 ? '0' + value : 'A' + value - 10);
    }

    private static byte kind(char c) {
        return c < 128 ? KINDS[c] : BAD;
    }

    private static byte[] kinds() {
        byte[] kinds = new byte[128];
        for (char c = 'a'; c <= 'z'; c++) {
            kinds[c] = UNRESERVED;
            kinds[c - 32] = UNRESERVED;
        }
        for (char c = '0'; c <= '9'; c++) {
            kinds[c] = UNRESERVED;
        }
        kinds['-'] = UNRESERVED;
        kinds['_'] = UNRESERVED;
        kinds['~'] = UNRESERVED;
        // Sub-delimiters, ":", "@", "/" (RFC 3986 §3.3), and what clients send raw although they should not.
        for (char c : "/!$&'()*+,;=:@\"<>[]^`{|}".toCharArray()) {
            kinds[c] = FINE;
        }
        kinds['.'] = DOT;
        kinds['%'] = PERCENT;
        return kinds;
    }
}

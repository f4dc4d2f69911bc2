package io.portcullis.http;

import org.jspecify.annotations.Nullable;

/** Brings a raw path into the normal form of {@link RequestTarget}, or refuses it. */
final class PathNormaliser {
    private static final byte BAD = 0;
    private static final byte FINE = 1;
    private static final byte PERCENT = 2;
    private static final byte UNRESERVED = 3;
    private static final byte[] KINDS = kinds();

    private PathNormaliser() {}

    /** The normal form, dot segments still in it; the same object where {@code raw} has it already; null where it is refused. */
    static @Nullable String normalise(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            byte kind = kind(raw.charAt(i));
            if (kind == BAD) {
                return null;
            }
            if (kind == PERCENT) {
                return decodeUnreserved(raw);
            }
        }
        return raw;
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
            int value = triplet(raw, i);
            if (value <= 0 || isOverlong(value, triplet(raw, i + 3))) {
                return null;
            }
            append(out, value);
            i += 2;
        }
        return out.toString();
    }

    /** The byte that the triplet at {@code at} stands for; -1 where there is none, or a malformed one. */
    private static int triplet(String raw, int at) {
        if (at + 2 >= raw.length() || raw.charAt(at) != '%') {
            return -1;
        }
        int high = hexDigit(raw.charAt(at + 1));
        int low = hexDigit(raw.charAt(at + 2));
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static int hexDigit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    /** Whether two bytes begin a UTF-8 form longer than needed, by which ".", "/" and the like are hidden (RFC 3629 §10). */
    private static boolean isOverlong(int first, int second) {
        return switch (first) {
            case 0xc0, 0xc1 -> second >= 0x80 && second <= 0xbf;
            case 0xe0 -> second >= 0x80 && second <= 0x9f;
            case 0xf0 -> second >= 0x80 && second <= 0x8f;
            default -> false;
        };
    }

    private static void append(StringBuilder out, int value) {
        if (kind((char) value) == UNRESERVED) {
            out.append((char) value);
        } else {
            out.append('%').append(digit(value >> 4)).append(digit(value & 15));
        }
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
        kinds['.'] = UNRESERVED;
        kinds['_'] = UNRESERVED;
        kinds['~'] = UNRESERVED;
        // Sub-delimiters, ":", "@", "/" (RFC 3986 §3.3), and what clients send raw although they should not.
        for (char c : "/!$&'()*+,;=:@\"<>[]^`{|}".toCharArray()) {
            kinds[c] = FINE;
        }
        kinds['%'] = PERCENT;
        return kinds;
    }
}

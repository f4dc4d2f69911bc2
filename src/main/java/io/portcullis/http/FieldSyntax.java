package io.portcullis.http;

/** Which bytes may stand where in a field (RFC 9110 §5.1, §5.5) and in a request line (RFC 9112 §3). */
final class FieldSyntax {
    private static final byte TOKEN = 1;
    private static final byte VALUE = 2;
    private static final byte TARGET = 4;
    private static final byte[] CLASSES = classes();

    private FieldSyntax() {}

    /** {@code tchar}: what names and methods consist of. */
    static boolean isToken(byte b) {
        return (CLASSES[b & 0xff] & TOKEN) != 0;
    }

    /** Visible characters, blanks and obs-text; not CR, LF, NUL or any other control. */
    static boolean isValue(byte b) {
        return (CLASSES[b & 0xff] & VALUE) != 0;
    }

    /** Visible ASCII without {@code #}: a fragment is no part of a request target. */
    static boolean isTarget(byte b) {
        return (CLASSES[b & 0xff] & TARGET) != 0;
    }

    static void requireName(CharSequence name) {
        boolean fine = name.length() > 0;
        for (int i = 0; i < name.length() && fine; i++) {
            fine = name.charAt(i) < 128 && isToken((byte) name.charAt(i));
        }
        if (!fine) {
            throw new IllegalArgumentException("name: " + name + " (expected: a token, RFC 9110 §5.6.2)");
        }
    }

    static void requireValue(CharSequence value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c > 255 || !isValue((byte) c)) {
                throw new IllegalArgumentException(
                        "value: character " + (int) c + " (expected: no control and nothing above 255)");
            }
        }
    }

    private static byte[] classes() {
        byte[] classes = new byte[256];
        for (int c = 0x20; c < 256; c++) {
            if (c != 0x7f) {
                classes[c] |= VALUE;
            }
            if (c > 0x20 && c < 0x7f && c != '#') {
                classes[c] |= TARGET;
            }
            boolean letterOrDigit = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
            if (letterOrDigit || c < 128 && "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                classes[c] |= TOKEN;
            }
        }
        classes['\t'] |= VALUE;
        return classes;
    }
}

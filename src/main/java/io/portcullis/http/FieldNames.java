package io.portcullis.http;

import io.netty.util.AsciiString;

/**
 * The names that a proxy must know, and what it does with each.
 *
 * <p>A name is compared without case, and all that is neither letter nor digit counts as {@code -}: backends fold it so, most of
 * them {@code _} and {@code .}, those that make variables of names (RFC 3875 §4.1.18) often every such byte. A client must not
 * smuggle an identity field past us by its spelling (CVE-2026-39858, CVE-2026-52845).
 */
public final class FieldNames {
    public static final AsciiString CONNECTION = AsciiString.cached("connection");
    public static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    public static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    public static final AsciiString DATE = AsciiString.cached("date");
    public static final AsciiString EXPECT = AsciiString.cached("expect");
    public static final AsciiString FORWARDED = AsciiString.cached("forwarded");
    public static final AsciiString HOST = AsciiString.cached("host");
    public static final AsciiString STRICT_TRANSPORT_SECURITY = AsciiString.cached("strict-transport-security");
    public static final AsciiString TRANSFER_ENCODING = AsciiString.cached("transfer-encoding");
    public static final AsciiString VIA = AsciiString.cached("via");
    public static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
    public static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
    public static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");
    public static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
    public static final AsciiString X_REQUEST_ID = AsciiString.cached("x-request-id");

    /** What a field is to a proxy. */
    public enum Kind {
        /** End to end: passed on. */
        PASSED,
        /** About one connection only: never passed on (RFC 9110 §7.6.1). */
        HOP_BY_HOP,
        /** Names what else ends here; never passed on. */
        CONNECTION,
        /** Says how the body ends; written anew. */
        TRANSFER_ENCODING,
        /** Says how long the body is; written anew. */
        CONTENT_LENGTH,
        /** Asks for another protocol; never passed on as it is. */
        UPGRADE,
        /** Written anew. */
        HOST,
        /** Says who the client is: removed, and set by us ({@link Forwarding}). */
        IDENTITY,
        /** Decided by the front (RFC 6797 §7.1). */
        STRICT_TRANSPORT_SECURITY,
        /** Passed on; we must know that it is there. */
        DATE,
        /** Passed on; continued by us. */
        VIA,
        /** Passed on; we must know that it is there. */
        EXPECT
    }

    private FieldNames() {}

    /** What the field {@code name} is. */
    public static Kind kind(CharSequence name) {
        byte[] bytes = new byte[name.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) name.charAt(i);
        }
        return kind(bytes, 0, bytes.length);
    }

    /** What the field is whose name stands in {@code bytes}. */
    static Kind kind(byte[] bytes, int from, int length) {
        return switch (length == 0 ? 0 : bytes[from] | 0x20) {
            case 'c' -> startingWithC(bytes, from, length);
            case 'd' -> length == 4 && is(bytes, from, "date") ? Kind.DATE : Kind.PASSED;
            case 'e' -> length == 6 && is(bytes, from, "expect") ? Kind.EXPECT : Kind.PASSED;
            case 'f' -> length == 9 && is(bytes, from, "forwarded") ? Kind.IDENTITY : Kind.PASSED;
            case 'h' -> length == 4 && is(bytes, from, "host") ? Kind.HOST : Kind.PASSED;
            case 'k' -> length == 10 && is(bytes, from, "keep-alive") ? Kind.HOP_BY_HOP : Kind.PASSED;
            case 'p' -> startingWithP(bytes, from, length);
            case 's' ->
                length == 25 && is(bytes, from, "strict-transport-security")
                        ? Kind.STRICT_TRANSPORT_SECURITY
                        : Kind.PASSED;
            case 't' -> startingWithT(bytes, from, length);
            case 'u' -> length == 7 && is(bytes, from, "upgrade") ? Kind.UPGRADE : Kind.PASSED;
            case 'v' -> length == 3 && is(bytes, from, "via") ? Kind.VIA : Kind.PASSED;
            case 'x' -> isIdentity(bytes, from, length) ? Kind.IDENTITY : Kind.PASSED;
            default -> Kind.PASSED;
        };
    }

    /** Lower case; punctuation as it is. */
    static byte lower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    private static Kind startingWithC(byte[] bytes, int from, int length) {
        if (length == 10 && is(bytes, from, "connection")) {
            return Kind.CONNECTION;
        }
        if (length == 14 && is(bytes, from, "content-length")) {
            // Other spellings are not the framing field, and no backend may take them for it (rule F24).
            return bytes[from + 7] == '-' ? Kind.CONTENT_LENGTH : Kind.HOP_BY_HOP;
        }
        return startsWith(bytes, from, length, "client-cert") ? Kind.IDENTITY : Kind.PASSED;
    }

    private static Kind startingWithP(byte[] bytes, int from, int length) {
        boolean hop = length == 16 && is(bytes, from, "proxy-connection")
                // Credentials and challenges between a client and its proxy, both ways (RFC 9110 §11.7).
                || startsWith(bytes, from, length, "proxy-auth")
                // Becomes HTTP_PROXY in a CGI's environment ("httpoxy").
                || length == 5 && is(bytes, from, "proxy");
        return hop ? Kind.HOP_BY_HOP : Kind.PASSED;
    }

    private static Kind startingWithT(byte[] bytes, int from, int length) {
        if (length == 17 && is(bytes, from, "transfer-encoding")) {
            return bytes[from + 8] == '-' ? Kind.TRANSFER_ENCODING : Kind.HOP_BY_HOP;
        }
        boolean hop = length == 2 && is(bytes, from, "te") || length == 7 && is(bytes, from, "trailer");
        return hop ? Kind.HOP_BY_HOP : Kind.PASSED;
    }

    private static boolean isIdentity(byte[] bytes, int from, int length) {
        return startsWith(bytes, from, length, "x-forwarded-")
                || startsWith(bytes, from, length, "x-original-")
                || startsWith(bytes, from, length, "x-client-cert")
                || length == 9 && is(bytes, from, "x-real-ip")
                || length == 12 && is(bytes, from, "x-request-id")
                || length == 13 && is(bytes, from, "x-rewrite-url");
    }

    private static boolean startsWith(byte[] bytes, int from, int length, String prefix) {
        return length >= prefix.length() && is(bytes, from, prefix);
    }

    /** Whether the bytes begin with {@code canonical}. */
    private static boolean is(byte[] bytes, int from, String canonical) {
        for (int i = 0; i < canonical.length(); i++) {
            if (canonical(bytes[from + i]) != canonical.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** {@code name} as it is compared: lower case, {@code -} for all that is neither letter nor digit. */
    static String canonical(CharSequence name) {
        StringBuilder out = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            out.append((char) (canonical((byte) name.charAt(i)) & 0xff));
        }
        return out.toString();
    }

    private static byte canonical(byte b) {
        byte lower = lower(b);
        return lower >= 'a' && lower <= 'z' || lower >= '0' && lower <= '9' ? lower : (byte) '-';
    }
}

package io.portcullis.http;

import io.netty.util.AsciiString;

/**
 * The names that a proxy must know, and what it does with each.
 *
 * <p>A name is compared without case, and {@code _} and {@code .} count as {@code -}: backends fold them so, and a client must
 * not smuggle an identity field past us by its spelling (CVE-2026-39858, CVE-2026-52845).
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

    /** What becomes of a field on its way through. */
    public enum Kind {
        /** End to end: passed on. */
        PASSED,
        /** About one connection only: never passed on (RFC 9110 §7.6.1). */
        HOP_BY_HOP,
        /** Says how long the body is; written anew. */
        CONTENT_LENGTH,
        /** Written anew. */
        HOST,
        /** Says who the client is: removed, and set by us ({@link Forwarding}). */
        IDENTITY,
        /** Ours to write on TLS, never to pass on without (RFC 6797 §7.1). */
        STRICT_TRANSPORT_SECURITY,
        /** Passed on; we must know that it is there. */
        DATE
    }

    private FieldNames() {}

    /** What to do with the field {@code name}. */
    public static Kind kind(CharSequence name) {
        int length = name.length();
        return switch (length == 0 ? 0 : name.charAt(0) | 0x20) {
            case 'c' -> startingWithC(name, length);
            case 'd' -> length == 4 && is(name, "date") ? Kind.DATE : Kind.PASSED;
            case 'f' -> length == 9 && is(name, "forwarded") ? Kind.IDENTITY : Kind.PASSED;
            case 'h' -> length == 4 && is(name, "host") ? Kind.HOST : Kind.PASSED;
            case 'k' -> length == 10 && is(name, "keep-alive") ? Kind.HOP_BY_HOP : Kind.PASSED;
            case 'p' -> startingWithP(name, length);
            case 's' ->
                length == 25 && is(name, "strict-transport-security") ? Kind.STRICT_TRANSPORT_SECURITY : Kind.PASSED;
            case 't' -> startingWithT(name, length);
            case 'u' -> length == 7 && is(name, "upgrade") ? Kind.HOP_BY_HOP : Kind.PASSED;
            case 'x' -> isIdentity(name, length) ? Kind.IDENTITY : Kind.PASSED;
            default -> Kind.PASSED;
        };
    }

    private static Kind startingWithC(CharSequence name, int length) {
        if (length == 10 && is(name, "connection")) {
            return Kind.HOP_BY_HOP;
        }
        if (length == 14 && is(name, "content-length")) {
            return Kind.CONTENT_LENGTH;
        }
        return startsWith(name, length, "client-cert") ? Kind.IDENTITY : Kind.PASSED;
    }

    private static Kind startingWithP(CharSequence name, int length) {
        boolean hop = length == 16 && is(name, "proxy-connection")
                || length == 19 && is(name, "proxy-authorization")
                // Becomes HTTP_PROXY in a CGI's environment ("httpoxy").
                || length == 5 && is(name, "proxy");
        return hop ? Kind.HOP_BY_HOP : Kind.PASSED;
    }

    private static Kind startingWithT(CharSequence name, int length) {
        boolean hop = length == 2 && is(name, "te")
                || length == 7 && is(name, "trailer")
                || length == 17 && is(name, "transfer-encoding");
        return hop ? Kind.HOP_BY_HOP : Kind.PASSED;
    }

    private static boolean isIdentity(CharSequence name, int length) {
        return startsWith(name, length, "x-forwarded-")
                || startsWith(name, length, "x-original-")
                || startsWith(name, length, "x-client-cert")
                || length == 9 && is(name, "x-real-ip")
                || length == 12 && is(name, "x-request-id")
                || length == 13 && is(name, "x-rewrite-url");
    }

    private static boolean startsWith(CharSequence name, int length, String prefix) {
        return length >= prefix.length() && is(name, prefix);
    }

    /** Whether {@code name} begins with {@code canonical}; with equal lengths, whether it is it. */
    private static boolean is(CharSequence name, String canonical) {
        for (int i = 0; i < canonical.length(); i++) {
            if (canonical(name.charAt(i)) != canonical.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static char canonical(char c) {
        if (c >= 'A' && c <= 'Z') {
            return (char) (c | 0x20);
        }
        return c == '_' || c == '.' ? '-' : c;
    }
}

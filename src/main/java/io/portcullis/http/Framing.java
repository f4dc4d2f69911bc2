package io.portcullis.http;

import java.util.List;

/**
 * Where a message's body ends (RFC 9112 §6): the one decision, made after the decoder and stricter than it.
 *
 * <p>Two readers that disagree here are how requests are smuggled, so anything that could be read in two ways is refused.
 */
public final class Framing {
    /** The body's end is told by its coding, or (responses) by the connection's end. */
    public static final long UNKNOWN = -1;

    /** Contradictory or malformed. */
    public static final long REFUSED = -2;

    /** A transfer coding other than {@code chunked} (RFC 9112 §6.1: 501). */
    public static final long UNKNOWN_CODING = -3;

    private Framing() {}

    /** Bytes of a request's body, {@link #UNKNOWN} for chunked, or why it is refused. */
    public static long ofRequest(Protocol protocol, Fields fields) {
        long length = length(protocol, fields);
        return length == NEITHER ? 0 : length;
    }

    /** Bytes of a response's body, {@link #UNKNOWN} for chunked or up to the connection's end, or why it is refused. */
    public static long ofResponse(Protocol protocol, Fields fields) {
        long length = length(protocol, fields);
        return length == NEITHER ? UNKNOWN : length;
    }

    private static final long NEITHER = -4;

    private static long length(Protocol protocol, Fields fields) {
        boolean hasLength = fields.has(FieldNames.Kind.CONTENT_LENGTH);
        if (fields.has(FieldNames.Kind.TRANSFER_ENCODING)) {
            if (hasLength || protocol != Protocol.HTTP_1_1) {
                return REFUSED;
            }
            List<String> codings = fields.all(FieldNames.TRANSFER_ENCODING);
            if (codings.size() != 1) {
                return REFUSED;
            }
            return coding(codings.getFirst());
        }
        if (!hasLength) {
            return NEITHER;
        }
        List<String> lengths = fields.all(FieldNames.CONTENT_LENGTH);
        return lengths.size() == 1 ? decimal(lengths.getFirst()) : REFUSED;
    }

    /** Codings in the order they were applied (RFC 9112 §6.1): {@code chunked} alone is known, and nothing may follow it. */
    private static long coding(String value) {
        if (value.equalsIgnoreCase("chunked")) {
            return UNKNOWN;
        }
        String[] codings = value.split("[ \t]*,[ \t]*", -1);
        for (int i = 0; i < codings.length; i++) {
            boolean last = i == codings.length - 1;
            if (!isName(codings[i]) || !last && codings[i].equalsIgnoreCase("chunked")) {
                return REFUSED;
            }
        }
        return UNKNOWN_CODING;
    }

    /** Fewer characters than a token has: what is written otherwise is no coding but an attempt to hide one. */
    private static boolean isName(String coding) {
        for (int i = 0; i < coding.length(); i++) {
            char c = coding.charAt(i);
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            if (!letter && c != '-' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return !coding.isEmpty();
    }

    /** {@code 1*DIGIT} (RFC 9110 §8.6) up to 2^63-1, or {@link #REFUSED}. */
    static long decimal(String text) {
        if (text.isEmpty() || text.length() > 19) {
            return REFUSED;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return REFUSED;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}

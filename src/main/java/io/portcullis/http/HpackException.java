package io.portcullis.http;

/**
 * A field block that cannot be decoded: from here on the two tables differ, so the connection is over, with COMPRESSION_ERROR
 * (RFC 9113 §4.3). Has no stack: it is the peer's mistake, not ours.
 */
final class HpackException extends Exception {
    private static final long serialVersionUID = 1L;

    HpackException(String detail) {
        super(detail, null, false, false);
    }
}

package io.portcullis.sign;

/**
 * What both ends have agreed on: {@code POST /v1/sign}, the key and the algorithm in fields, the bytes to sign as the content; the
 * signature as the content of a 200. Every other status means that nothing was signed, and its content is a sentence.
 */
final class Terms {
    /** Ends in the version: what changes is asked for by another path. */
    static final String PATH = "/v1/sign";

    /** SHA-256 of the key's SubjectPublicKeyInfo, 64 hex digits in lower case. */
    static final String KEY = "signing-key";

    /** A name of RFC 8446 §4.2.3. */
    static final String ALGORITHM = "signing-algorithm";

    static final String CONTENT_TYPE = "application/octet-stream";

    /** Bytes to sign; what handshakes have signed is shorter than 400. */
    static final int MOST_INPUT = 1024;

    /** Bytes of a signature, or of a sentence; RSA with 16384 bits makes 2048. */
    static final int MOST_OUTPUT = 4096;

    private Terms() {}
}

package io.portcullis.config;

/**
 * How much a client may send or hold.
 *
 * @param requestLine bytes of the request line; 414
 * @param headerBytes bytes of all header fields together, in requests (431) and responses (502)
 * @param headerCount header fields of one message; 431 or 502
 * @param requestBody bytes of one request's body, or {@link #UNLIMITED}; 413
 * @param pipelined requests read ahead on one HTTP/1.1 connection; reading stops there
 * @param clientHello bytes of a TLS ClientHello; the connection is closed
 * @param connections open client connections of the whole process; 0 means derived from the file-descriptor limit
 * @param connectionsPerAddress open connections of one client address; trusted proxies are exempt
 */
public record Limits(
        int requestLine,
        int headerBytes,
        int headerCount,
        long requestBody,
        int pipelined,
        int clientHello,
        int connections,
        int connectionsPerAddress) {
    /** What {@code off} reads as. */
    public static final long UNLIMITED = Long.MAX_VALUE;
}

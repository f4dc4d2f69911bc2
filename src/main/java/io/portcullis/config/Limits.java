package io.portcullis.config;

/**
 * How much a client may send or hold.
 *
 * @param requestLine bytes of the request line; 414
 * @param headerBytes bytes of all header fields together, in requests (431) and responses (502)
 * @param headerCount header fields of one message; 431 or 502
 * @param requestBody bytes of one request's body, or {@link #UNLIMITED}; 413
 * @param minRate bytes a second that a client must send of a body, or take of a response, on average over {@code
 *     request-body-idle} or {@code response-write}; 408 or cut; 0 for {@code off}
 * @param clientHello bytes of a TLS ClientHello; the connection is closed
 * @param connections open client connections of the whole process; 0 means derived from the file-descriptor limit
 * @param connectionsPerAddress open connections of one client address; trusted proxies are exempt
 */
public record Limits(
        int requestLine,
        int headerBytes,
        int headerCount,
        long requestBody,
        long minRate,
        int clientHello,
        int connections,
        int connectionsPerAddress) {
    /** What {@code off} reads as. */
    public static final long UNLIMITED = Long.MAX_VALUE;
}

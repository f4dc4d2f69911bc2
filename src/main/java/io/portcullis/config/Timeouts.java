package io.portcullis.config;

import java.time.Duration;

/**
 * How long a client may take. Each has its own name in log, meter and {@code Proxy-Status}.
 *
 * @param tlsHandshake from accept to the end of the TLS handshake; the connection is closed
 * @param requestHead from a request's first byte to the end of its head; 408
 * @param requestBodyIdle between two reads of a request's body; 408
 * @param keepAlive between two requests on a connection; it is closed
 * @param responseWrite without any progress while response bytes wait for the client; the connection is cut
 * @param tunnelIdle without a byte in either direction of an upgraded connection (WebSocket); it is cut
 */
public record Timeouts(
        Duration tlsHandshake,
        Duration requestHead,
        Duration requestBodyIdle,
        Duration keepAlive,
        Duration responseWrite,
        Duration tunnelIdle) {}

package io.portcullis.config;

/**
 * What one HTTP/2 connection of a client may hold.
 *
 * @param maxStreams streams open at once, 1 to 10000; more are refused
 * @param streamWindow bytes of one request's body that a client may send ahead, 65535 to 16 MiB
 * @param connectionWindow bytes of all bodies that a client may send ahead, 65535 to 64 MiB: the bound on what one connection makes us
 *     hold
 */
public record Http2Config(int maxStreams, int streamWindow, int connectionWindow) {}

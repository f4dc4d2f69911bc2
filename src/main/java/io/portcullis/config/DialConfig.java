package io.portcullis.config;

import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How connections to endpoints are made, and how long they are kept.
 *
 * @param proxyProtocol what each connection begins with
 * @param bindAddress the address of ours that they come from; null: the system's choice
 * @param tcp what TCP does to notice that nobody is there
 * @param maxAge a connection older than this takes no further exchange, 1 s to 1 d; zero: any age
 * @param maxUses exchanges that one connection carries, 1 to 1000000000; 0: any number
 */
public record DialConfig(
        ProxyProtocol proxyProtocol, @Nullable InetAddress bindAddress, Tcp tcp, Duration maxAge, int maxUses) {
    /** A header that tells the endpoint whose connection it is. */
    public enum ProxyProtocol {
        /** None. */
        OFF,
        /** A line of text. */
        V1,
        /** Binary. */
        V2
    }

    /**
     * TCP's own time limits; zero, or 0: the system's.
     *
     * @param keepAliveIdle silence before the first probe, 1 s to 9 h
     * @param keepAliveInterval between two probes, 1 s to 9 h
     * @param keepAliveCount probes without an answer that end the connection, 1 to 127
     * @param userTimeout how long bytes may stay unacknowledged, 100 ms to 1 h; epoll and io_uring only
     */
    public record Tcp(Duration keepAliveIdle, Duration keepAliveInterval, int keepAliveCount, Duration userTimeout) {}
}

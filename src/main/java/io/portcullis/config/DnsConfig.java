package io.portcullis.config;

import java.time.Duration;
import java.util.List;

/**
 * Who is asked for the addresses of endpoints that are given by name.
 *
 * @param servers in the order they are asked; empty: those of the system (resolv.conf)
 * @param timeout for one question to one server, 10 ms to 1 m; then the next one is asked
 */
public record DnsConfig(List<Server> servers, Duration timeout) {
    /** What the system says. */
    public static final DnsConfig SYSTEM = new DnsConfig(List.of(), Duration.ofSeconds(2));

    /**
     * A name server.
     *
     * @param address an IP literal
     * @param port 1 to 65535
     */
    public record Server(String address, int port) {}
}

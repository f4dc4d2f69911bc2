package io.portcullis.config;

/**
 * What cannot change without a restart.
 *
 * @param transport how sockets are driven
 * @param eventLoops threads that move bytes, 1 to 1024; 0 here means "one for each processor" ({@code auto})
 * @param dns who is asked for the addresses of names
 */
public record RuntimeConfig(Transport transport, int eventLoops, DnsConfig dns) {
    /** With the system's name servers. */
    public RuntimeConfig(Transport transport, int eventLoops) {
        this(transport, eventLoops, DnsConfig.SYSTEM);
    }

    /** How sockets are driven; {@code AUTO} is epoll where it loads, else NIO. */
    public enum Transport {
        AUTO,
        EPOLL,
        IO_URING,
        NIO
    }
}

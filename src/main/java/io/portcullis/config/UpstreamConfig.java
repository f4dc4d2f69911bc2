package io.portcullis.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A named set of interchangeable endpoints.
 *
 * @param name its key under {@code upstreams}
 * @param endpoints at least one that is no backup
 * @param endpointsFile where some or all of them were read; null: nowhere
 * @param lookup how names among them are kept fresh
 * @param balance how exchanges are shared out among them
 * @param health when one of them is left out
 * @param retries when a request is sent once more
 * @param sticky null: off
 * @param maxRequests exchanges that may be under way to all endpoints together, 1 to 1000000; further ones get 503; 0: any number
 * @param protocol what the endpoints speak
 * @param dial how connections to them are made, and how long they are kept
 * @param tls how they are spoken to by TLS; null: without it
 * @param maxConnections most connections to one endpoint, over all event loops, 1 to 65535; further exchanges wait
 * @param maxWaiting exchanges that may wait for a connection to one endpoint, 0 to 65535; further ones get 503
 * @param maxIdle most idle connections kept to one endpoint by one event loop, 0 to 65535
 * @param minConnections connections kept open to one endpoint, over all event loops, 1 to 65535; 0: none before a request needs it
 * @param idleTimeout an idle connection older than this is closed, so keep it below the backend's own keep-alive time
 * @param keepAliveLearning whether idle connections are closed earlier where the endpoint is seen to close them before that
 * @param connectTimeout for the TCP and TLS handshakes, and for waiting for a free connection; then 504 or 503
 * @param firstByteTimeout from the request's last byte to the response's head; then 504
 * @param idleBodyTimeout between two reads of a response's body; then the exchange is cut
 */
public record UpstreamConfig(
        String name,
        List<EndpointConfig> endpoints,
        @Nullable Path endpointsFile,
        LookupConfig lookup,
        BalanceConfig balance,
        HealthConfig health,
        RetryConfig retries,
        @Nullable StickyConfig sticky,
        int maxRequests,
        Protocol protocol,
        DialConfig dial,
        @Nullable UpstreamTls tls,
        int maxConnections,
        int maxWaiting,
        int maxIdle,
        int minConnections,
        Duration idleTimeout,
        boolean keepAliveLearning,
        Duration connectTimeout,
        Duration firstByteTimeout,
        Duration idleBodyTimeout,
        SourceLine where) {

    /** What is spoken to endpoints. */
    public enum Protocol {
        /** HTTP/1.1: one exchange at a time on a connection. */
        HTTP1,
        /** HTTP/2 without TLS, by prior knowledge (RFC 9113 §3.3). */
        H2C,
        /** HTTP/2 over TLS, agreed by ALPN (RFC 9113 §3.3). */
        H2;

        /** Whether one connection carries many exchanges. */
        public boolean isMultiplexed() {
            return this != HTTP1;
        }

        /** The word in the configuration. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether {@code other} is the same, wherever it was written. */
    public boolean isLike(UpstreamConfig other) {
        return endpoints.equals(other.endpoints)
                && lookup.equals(other.lookup)
                && balance.equals(other.balance)
                && health.equals(other.health)
                && retries.equals(other.retries)
                && Objects.equals(sticky, other.sticky)
                && maxRequests == other.maxRequests
                && minConnections == other.minConnections
                && connectsLike(other);
    }

    /** Whether {@code other} makes and keeps connections in the same way, so that its pools are as good. */
    public boolean connectsLike(UpstreamConfig other) {
        UpstreamConfig mixed = new UpstreamConfig(
                name,
                other.endpoints,
                other.endpointsFile,
                other.lookup,
                other.balance,
                other.health,
                other.retries,
                other.sticky,
                other.maxRequests,
                protocol,
                dial,
                tls == null || other.tls == null ? tls : tls.at(other.tls.where()),
                maxConnections,
                maxWaiting,
                maxIdle,
                other.minConnections,
                idleTimeout,
                keepAliveLearning,
                connectTimeout,
                firstByteTimeout,
                idleBodyTimeout,
                other.where);
        return mixed.equals(other);
    }

    /**
     * Where one backend listens; or what name servers are asked to find that out.
     *
     * @param host a name or an IP literal; empty for a Unix socket
     * @param port 1 to 65535; 0 for a Unix socket, and for a service that SRV records tell ports of
     * @param unixPath the socket file; null for TCP
     * @param ip the address that a name stands for just now; null where it is to be asked for, or host is one itself
     */
    public record EndpointAddress(String host, int port, @Nullable Path unixPath, @Nullable String ip) {
        public EndpointAddress(String host, int port, @Nullable Path unixPath) {
            this(host, port, unixPath, null);
        }

        /** Whether SRV records have to be asked for. */
        public boolean isService() {
            return port == 0 && unixPath == null;
        }

        /** One of the addresses of this name. */
        public EndpointAddress at(String address) {
            return new EndpointAddress(host, port, unixPath, address);
        }

        /** As it was configured, without the address that the name stands for. */
        public String authority() {
            if (unixPath != null) {
                return "unix:" + unixPath;
            }
            return isService() ? "srv:" + host : bracketed(host) + ":" + port;
        }

        /** {@code 10.0.0.5:8080}, {@code app.internal/10.0.0.5:8080}, {@code unix:/run/app.sock} or {@code srv:_http._tcp.example.com}. */
        @Override
        public String toString() {
            return ip == null ? authority() : host + "/" + bracketed(ip) + ":" + port;
        }

        private static String bracketed(String host) {
            return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        }
    }
}

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
 * @param idleTimeout an idle connection older than this is closed, so keep it below the backend's own keep-alive time
 * @param keepAliveLearning whether idle connections are closed earlier where the endpoint is seen to close them before that
 * @param connectTimeout for the TCP and TLS handshakes, and for waiting for a free connection; then 504 or 503
 * @param firstByteTimeout from the request's last byte to the response's head; then 504
 * @param idleBodyTimeout between two reads of a response's body; then the exchange is cut
 */
public record UpstreamConfig(
        String name,
        List<EndpointConfig> endpoints,
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
                && balance.equals(other.balance)
                && health.equals(other.health)
                && retries.equals(other.retries)
                && Objects.equals(sticky, other.sticky)
                && maxRequests == other.maxRequests
                && connectsLike(other);
    }

    /** Whether {@code other} makes and keeps connections in the same way, so that its pools are as good. */
    public boolean connectsLike(UpstreamConfig other) {
        UpstreamConfig mixed = new UpstreamConfig(
                name,
                other.endpoints,
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
                idleTimeout,
                keepAliveLearning,
                connectTimeout,
                firstByteTimeout,
                idleBodyTimeout,
                other.where);
        return mixed.equals(other);
    }

    /**
     * Where one backend listens.
     *
     * @param host a name or an IP literal; empty for a Unix socket
     * @param port 1 to 65535; 0 for a Unix socket
     * @param unixPath the socket file; null for TCP
     */
    public record EndpointAddress(String host, int port, @Nullable Path unixPath) {
        @Override
        public String toString() {
            if (unixPath != null) {
                return "unix:" + unixPath;
            }
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }
}

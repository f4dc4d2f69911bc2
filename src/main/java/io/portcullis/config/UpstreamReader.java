package io.portcullis.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one block under {@code upstreams}. */
final class UpstreamReader {
    private static final int MOST = 65535;
    private static final ValueReader<Duration> TIMEOUT = Units.duration(Duration.ofMillis(1), Duration.ofDays(1));
    private static final ValueReader<Integer> COUNT_OR_OFF = Units.or("off", 0, Units.integer(1, MOST));

    private static final ValueReader<UpstreamConfig.Protocol> PROTOCOLS = Units.choice(Map.of(
            "http1", UpstreamConfig.Protocol.HTTP1,
            "h2", UpstreamConfig.Protocol.H2,
            "h2c", UpstreamConfig.Protocol.H2C));

    private UpstreamReader() {}

    static UpstreamConfig read(String name, Node node) {
        Node tls = node.optionalBlock("tls");
        Path listed = node.optional("endpoints-file", FileState::path);
        UpstreamConfig config = new UpstreamConfig(
                name,
                BalanceReader.endpoints(node, listed),
                listed,
                DnsReader.lookup(node.block("dns")),
                BalanceReader.read(node),
                HealthReader.read(node),
                RetryReader.read(node.block("retries"), node.optionalBlock("hedge")),
                sticky(node.optionalBlock("sticky")),
                node.value("max-requests", Units.or("off", 0, Units.integer(1, 1_000_000))),
                node.value("protocol", PROTOCOLS),
                DialReader.read(node),
                tls == null ? null : UpstreamTlsReader.read(tls),
                node.value("max-connections", Units.integer(1, MOST)),
                node.value("max-waiting", COUNT_OR_OFF),
                node.value("max-idle", COUNT_OR_OFF),
                node.value("min-connections", COUNT_OR_OFF),
                node.value("idle-timeout", TIMEOUT),
                node.value("keep-alive-learning", Units::flag),
                node.value("connect-timeout", TIMEOUT),
                node.value("first-byte-timeout", TIMEOUT),
                node.value("idle-body-timeout", TIMEOUT),
                node.where());
        node.finish();
        agree(config, node);
        return config;
    }

    private static @Nullable StickyConfig sticky(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        Path secret = node.optional("secret-file", FileState::path);
        if (secret != null) {
            FileRules.readable(node, "secret-file", secret);
            FileRules.secret(node, "secret-file", secret);
        }
        StickyConfig sticky = new StickyConfig(node.value("cookie", Labels::token), secret);
        node.finish();
        return sticky;
    }

    /** What connections that are kept ready ask of the other limits. */
    private static void kept(UpstreamConfig config, Node node) {
        if (config.minConnections() > config.maxConnections()) {
            node.error("min-connections", "more than max-connections", "write at most " + config.maxConnections());
        }
        if (config.maxIdle() == 0) {
            node.error(
                    "min-connections", "max-idle = off closes every connection after use", "leave one of the two out");
        }
        if (config.dial().proxyProtocol() != DialConfig.ProxyProtocol.OFF) {
            node.error(
                    "min-connections",
                    "a PROXY header names one client, so that no connection can be made before its request comes",
                    "leave it out, or write proxy-protocol = off");
        }
    }

    /** What protocol and TLS ask of each other, and of the endpoints. */
    private static void agree(UpstreamConfig config, Node node) {
        if (config.protocol().isMultiplexed() && config.dial().proxyProtocol() != DialConfig.ProxyProtocol.OFF) {
            node.error(
                    "proxy-protocol",
                    "a PROXY header names one client, and an HTTP/2 connection carries the requests of many",
                    "write protocol = http1, or proxy-protocol = off: backends learn of clients by X-Forwarded-For, too");
        }
        HealthConfig.Check check = config.health().check();
        if (check != null
                && check.by() == HealthConfig.Check.By.GRPC
                && !config.protocol().isMultiplexed()) {
            node.error("check.by", "gRPC needs HTTP/2, and protocol is http1", "write protocol = h2c, or h2 with tls");
        }
        if (check != null && check.by() == HealthConfig.Check.By.TLS && config.tls() == null) {
            node.error("check.by", "there is no tls block to shake hands by", "write tls {}, or by = tcp");
        }
        if (config.retries().hedge() != null && config.sticky() != null) {
            node.error(
                    "hedge",
                    "sticky keeps a client at one endpoint, and hedge asks another one",
                    "leave one of the two out");
        }
        if (config.minConnections() > 0) {
            kept(config, node);
        }
        UpstreamTls tls = config.tls();
        if (tls == null) {
            if (config.protocol() == UpstreamConfig.Protocol.H2) {
                node.error("protocol", "h2 is HTTP/2 over TLS, and there is no tls block", "write tls {}, or h2c");
            }
            return;
        }
        if (config.protocol() == UpstreamConfig.Protocol.H2C) {
            node.error("protocol", "h2c is HTTP/2 without TLS, and there is a tls block", "write protocol = h2");
        }
        boolean nameless =
                config.endpoints().stream().anyMatch(each -> each.address().unixPath() != null);
        if (tls.verify() && tls.name() == null && nameless) {
            node.error(
                    "tls",
                    "a Unix socket has no name that its certificate could be checked for",
                    "write the certificate's: tls { name = \"app.internal\" }");
        }
    }
}

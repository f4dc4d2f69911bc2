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

    private static final ValueReader<UpstreamConfig.Protocol> PROTOCOLS =
            Units.choice(Map.of("http1", UpstreamConfig.Protocol.HTTP1, "h2c", UpstreamConfig.Protocol.H2C));

    private UpstreamReader() {}

    static UpstreamConfig read(String name, Node node) {
        UpstreamConfig config = new UpstreamConfig(
                name,
                BalanceReader.endpoints(node),
                BalanceReader.read(node),
                HealthReader.read(node),
                RetryReader.read(node.block("retries")),
                sticky(node.optionalBlock("sticky")),
                node.value("max-requests", Units.or("off", 0, Units.integer(1, 1_000_000))),
                node.value("protocol", UpstreamReader::protocol),
                node.value("max-connections", Units.integer(1, MOST)),
                node.value("max-waiting", COUNT_OR_OFF),
                node.value("max-idle", COUNT_OR_OFF),
                node.value("idle-timeout", TIMEOUT),
                node.value("keep-alive-learning", Units::flag),
                node.value("connect-timeout", TIMEOUT),
                node.value("first-byte-timeout", TIMEOUT),
                node.value("idle-body-timeout", TIMEOUT),
                node.where());
        node.finish();
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

    private static UpstreamConfig.Protocol protocol(Setting setting) throws Refusal {
        if (setting.text().strip().equals("h2")) {
            throw new Refusal(
                    "h2 (HTTP/2 over TLS to endpoints): Portcullis does not do that yet",
                    "write h2c where the backend takes HTTP/2 without TLS, or http1");
        }
        return PROTOCOLS.read(setting);
    }
}

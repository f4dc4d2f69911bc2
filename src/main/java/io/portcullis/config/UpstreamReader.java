package io.portcullis.config;

import io.portcullis.config.UpstreamConfig.EndpointAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads one block under {@code upstreams}. */
final class UpstreamReader {
    private static final int MOST = 65535;
    private static final ValueReader<Duration> TIMEOUT = Units.duration(Duration.ofMillis(1), Duration.ofDays(1));
    private static final ValueReader<Integer> COUNT_OR_OFF = Units.or("off", 0, Units.integer(1, MOST));

    private static final ValueReader<UpstreamConfig.Protocol> PROTOCOLS =
            Units.choice(Map.of("http1", UpstreamConfig.Protocol.HTTP1, "h2c", UpstreamConfig.Protocol.H2C));

    private UpstreamReader() {}

    static UpstreamConfig read(String name, Node node) {
        List<EndpointAddress> endpoints = node.requiredEach(
                "endpoints", "at least one backend", "endpoints = [\"10.0.0.5:8080\"]", Addresses::endpoint);
        if (endpoints.stream().distinct().count() < endpoints.size()) {
            node.error("endpoints", "a backend is named twice", "name each once");
        }
        UpstreamConfig config = new UpstreamConfig(
                name,
                endpoints,
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

    private static UpstreamConfig.Protocol protocol(Setting setting) throws Refusal {
        if (setting.text().strip().equals("h2")) {
            throw new Refusal(
                    "h2 (HTTP/2 over TLS to endpoints): Portcullis does not do that yet",
                    "write h2c where the backend takes HTTP/2 without TLS, or http1");
        }
        return PROTOCOLS.read(setting);
    }
}

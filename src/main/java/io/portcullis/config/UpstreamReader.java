package io.portcullis.config;

import io.portcullis.config.UpstreamConfig.EndpointAddress;
import java.time.Duration;
import java.util.List;

/** Reads one block under {@code upstreams}. */
final class UpstreamReader {
    private static final int MOST = 65535;
    private static final ValueReader<Duration> TIMEOUT = Units.duration(Duration.ofMillis(1), Duration.ofDays(1));
    private static final ValueReader<Integer> COUNT_OR_OFF = Units.or("off", 0, Units.integer(1, MOST));

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
}

package io.portcullis.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;

/** Reads how an upstream's connections are made. */
final class DialReader {
    private static final ValueReader<Duration> PROBES =
            Units.or("off", Duration.ZERO, Units.duration(Duration.ofSeconds(1), Duration.ofHours(9)));
    private static final ValueReader<DialConfig.ProxyProtocol> VERSIONS = Units.choice(Map.of(
            "off", DialConfig.ProxyProtocol.OFF,
            "v1", DialConfig.ProxyProtocol.V1,
            "v2", DialConfig.ProxyProtocol.V2));

    private DialReader() {}

    static DialConfig read(Node node) {
        return new DialConfig(
                node.value("proxy-protocol", VERSIONS),
                node.optional("bind-address", DialReader::literal),
                tcp(node.block("tcp")),
                node.value(
                        "max-age",
                        Units.or("off", Duration.ZERO, Units.duration(Duration.ofSeconds(1), Duration.ofDays(1)))),
                node.value("max-uses", Units.or("off", 0, Units.integer(1, 1_000_000_000))));
    }

    private static DialConfig.Tcp tcp(Node node) {
        DialConfig.Tcp tcp = new DialConfig.Tcp(
                node.value("keep-alive-idle", PROBES),
                node.value("keep-alive-interval", PROBES),
                node.value("keep-alive-count", Units.or("off", 0, Units.integer(1, 127))),
                node.value(
                        "user-timeout",
                        Units.or("off", Duration.ZERO, Units.duration(Duration.ofMillis(100), Duration.ofHours(1)))));
        node.finish();
        return tcp;
    }

    private static InetAddress literal(Setting setting) throws Refusal {
        String text = setting.text().strip();
        InetAddress address = IpAddresses.literal(text);
        if (address == null || address.isAnyLocalAddress()) {
            throw new Refusal(
                    "expected an address of this machine, found \"" + text + "\"",
                    "write one of its IP addresses, such as 10.0.0.2, or leave the key out");
        }
        return address;
    }
}

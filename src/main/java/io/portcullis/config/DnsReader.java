package io.portcullis.config;

import io.portcullis.config.LookupConfig.Family;
import java.time.Duration;
import java.util.Map;

/** Reads who is asked for addresses, and how long answers are believed. */
final class DnsReader {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Map<String, Family> FAMILIES =
            Map.of("prefer-ipv4", Family.PREFER_IPV4, "prefer-ipv6", Family.PREFER_IPV6, "both", Family.BOTH);

    private DnsReader() {}

    static DnsConfig servers(Node node) {
        DnsConfig config = new DnsConfig(
                node.each("servers", DnsReader::server),
                node.value("timeout", Units.duration(SHORTEST, Duration.ofMinutes(1))));
        node.finish();
        return config;
    }

    static LookupConfig lookup(Node node) {
        LookupConfig config = new LookupConfig(
                node.value("min-ttl", Units.duration(SHORTEST, Duration.ofHours(1))),
                node.value("max-ttl", Units.duration(SHORTEST, Duration.ofDays(1))),
                node.value("family", Units.choice(FAMILIES)));
        if (config.minTtl().compareTo(config.maxTtl()) > 0) {
            node.error("min-ttl", "is longer than max-ttl", "write a shorter one");
        }
        node.finish();
        return config;
    }

    private static DnsConfig.Server server(Setting setting) throws Refusal {
        String text = setting.text().strip();
        boolean bare = IpAddresses.literal(text) != null;
        UpstreamConfig.EndpointAddress address = bare ? null : Addresses.endpoint(setting);
        if (address != null && (address.unixPath() != null || IpAddresses.literal(address.host()) == null)) {
            throw new Refusal(
                    "expected a name server's IP address, found \"" + text + "\"",
                    "write \"10.0.0.2\" or \"10.0.0.2:53\": a name would have to be asked for itself");
        }
        return address == null ? new DnsConfig.Server(text, 53) : new DnsConfig.Server(address.host(), address.port());
    }
}

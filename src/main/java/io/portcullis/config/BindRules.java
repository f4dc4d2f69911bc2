package io.portcullis.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Addresses that cannot be bound beside each other, and backends that are ourselves. */
final class BindRules {
    private record Use(String key, BindAddress bind) {}

    private final PortcullisConfig config;
    private final Reading reading;

    BindRules(PortcullisConfig config, Reading reading) {
        this.config = config;
        this.reading = reading;
    }

    void check() {
        List<Use> uses = uses();
        for (int i = 0; i < uses.size(); i++) {
            for (int j = 0; j < i; j++) {
                clash(uses.get(j), uses.get(i));
            }
        }
        loops();
    }

    private List<Use> uses() {
        List<Use> uses = new ArrayList<>();
        for (ListenerConfig listener : config.listeners()) {
            listener.bind().forEach(b -> uses.add(new Use("listeners." + listener.name() + ".bind", b)));
        }
        BindAddress admin = config.admin().bind();
        if (admin != null) {
            uses.add(new Use("admin.bind", admin));
        }
        BindAddress demo = config.demo().bind();
        if (demo != null) {
            uses.add(new Use("demo.bind", demo));
        }
        return uses;
    }

    private void clash(Use first, Use second) {
        BindAddress a = first.bind;
        BindAddress b = second.bind;
        if (a.toString().equals(b.toString()) && (a.port() != 0 || a.unixPath() != null)) {
            report(first, second, b + " is bound twice", "remove one of the two");
        } else if (a.unixPath() == null
                && b.unixPath() == null
                && a.port() == b.port()
                && a.port() != 0
                && overlap(a, b)) {
            report(first, second, b + " overlaps with " + a, "keep the wider one, or name each address");
        }
    }

    private static boolean overlap(BindAddress a, BindAddress b) {
        return covers(a, b) || covers(b, a);
    }

    /** Whether {@code wide} stands for every interface, and {@code other} is one of them. */
    private static boolean covers(BindAddress wide, BindAddress other) {
        if (wide.host() == null) {
            return true;
        }
        String host = other.host();
        InetAddress any = IpAddresses.literal(wide.host());
        InetAddress address = host == null ? null : IpAddresses.literal(host);
        return any != null
                && any.isAnyLocalAddress()
                && address != null
                && address.getAddress().length == any.getAddress().length;
    }

    private void report(Use first, Use second, String message, String remedy) {
        BindAddress b = second.bind;
        reading.add(Problem.error(
                b.where(), second.key, message + " (" + first.key + ", " + first.bind.where() + ")", remedy));
    }

    private void loops() {
        for (UpstreamConfig upstream : config.upstreams().values()) {
            for (EndpointConfig each : upstream.endpoints()) {
                UpstreamConfig.EndpointAddress endpoint = each.address();
                config.listeners().stream()
                        .filter(l -> l.bind().stream().anyMatch(b -> isSame(b, endpoint)))
                        .findFirst()
                        .ifPresent(l -> loop(upstream, endpoint, l));
            }
        }
    }

    private static boolean isSame(BindAddress bind, UpstreamConfig.EndpointAddress endpoint) {
        if (bind.unixPath() != null || endpoint.unixPath() != null) {
            return bind.unixPath() != null && bind.unixPath().equals(endpoint.unixPath());
        }
        InetAddress address = IpAddresses.literal(endpoint.host());
        boolean here = address == null ? endpoint.host().equals("localhost") : address.isLoopbackAddress();
        InetAddress bound = bind.host() == null ? null : IpAddresses.literal(bind.host());
        boolean reached = bind.host() == null
                || endpoint.host().equals(bind.host())
                || (here && bound != null && bound.isAnyLocalAddress());
        return bind.port() == endpoint.port() && here && reached;
    }

    private void loop(UpstreamConfig upstream, UpstreamConfig.EndpointAddress endpoint, ListenerConfig listener) {
        String key = "upstreams." + upstream.name() + ".endpoints";
        reading.add(Problem.warning(
                4,
                reading.lineOf(key, upstream.where()),
                key,
                "the backend " + endpoint + " is this proxy's own listener \"" + listener.name()
                        + "\": requests go in circles",
                "name the backend's own address"));
    }
}

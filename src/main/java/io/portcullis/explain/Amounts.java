package io.portcullis.explain;

import io.portcullis.config.AdaptiveConfig;
import io.portcullis.config.Limits;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.RouteLimits;
import io.portcullis.config.Timeouts;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.proxy.Rehearsal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The limits and timeouts that hold for a request, by their keys. */
final class Amounts {
    private Amounts() {}

    static void tell(Facts facts, PortcullisConfig config, ListenerConfig listener, Rehearsal.Result result) {
        List<String> times = new ArrayList<>();
        Timeouts timeouts = config.timeouts();
        if (listener.tls() != null) {
            times.add("timeouts.tls-handshake = " + text(timeouts.tlsHandshake()));
        }
        times.add("timeouts.request-head = " + text(timeouts.requestHead()));
        times.add("timeouts.request-body-idle = " + text(timeouts.requestBodyIdle()));
        times.add("timeouts.response-write = " + text(timeouts.responseWrite()));
        times.add("timeouts.keep-alive = " + text(timeouts.keepAlive()));
        Limits limits = config.limits();
        List<String> most = new ArrayList<>();
        most.add("limits.request-line = " + limits.requestLine() + " B");
        most.add("limits.header-bytes = " + limits.headerBytes() + " B");
        most.add("limits.header-count = " + limits.headerCount());
        most.add("limits.request-body = "
                + (limits.requestBody() == Limits.UNLIMITED ? "off" : limits.requestBody() + " B"));
        most.add("limits.min-rate = " + (limits.minRate() == 0 ? "off" : limits.minRate() + " B"));
        RouteConfig route = result.route();
        if (route != null && result.outcome() instanceof Rehearsal.Outcome.Forwarded forwarded) {
            UpstreamConfig upstream = Objects.requireNonNull(config.upstreams().get(forwarded.upstream()));
            String key = "upstreams." + upstream.name();
            times.add(key + ".queue-timeout = " + text(upstream.queueTimeout()));
            times.add(key + ".connect-timeout = " + text(upstream.connectTimeout()));
            RouteLimits own = route.shaping().limits();
            String ofRoute = "routes[" + route.index() + "].";
            times.add(
                    own.firstByte().isZero()
                            ? key + ".first-byte-timeout = " + text(upstream.firstByteTimeout())
                            : ofRoute + "timeouts.first-byte = " + text(own.firstByte()));
            times.add(
                    own.idleBody().isZero()
                            ? key + ".idle-body-timeout = " + text(upstream.idleBodyTimeout())
                            : ofRoute + "timeouts.idle-body = " + text(own.idleBody()));
            if (own.requestBody() != Limits.UNLIMITED) {
                most.add(ofRoute + "limits.request-body = " + own.requestBody() + " B");
            }
            times.add(ofRoute + "timeouts.total = "
                    + (route.totalTimeout().isZero() ? "off" : text(route.totalTimeout())));
            most.add(key + ".max-connections = " + upstream.maxConnections());
            most.add(key + ".max-waiting = " + upstream.maxWaiting());
            AdaptiveConfig adaptive = upstream.adaptive();
            if (adaptive != null) {
                most.add(key + ".adaptive-limit = " + adaptive.min() + " to " + adaptive.max());
            }
        }
        facts.put("timeouts", times);
        facts.put("limits", most);
    }

    /** In the largest unit that leaves no fraction. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 3_600_000 == 0 && millis > 0) {
            return millis / 3_600_000 + " h";
        }
        return millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }
}

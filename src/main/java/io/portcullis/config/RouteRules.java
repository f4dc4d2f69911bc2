package io.portcullis.config;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Routes seen together.
 *
 * <p>Matching goes by specificity, not by order: an exact host before a wildcard (the longest first) before none; then an exact
 * path before a prefix, a longer prefix before a shorter. So a route is out of reach only where another has the same host and
 * the same path, and then the later one is the mistake.
 */
final class RouteRules {
    private record Match(String host, String path) {}

    private final PortcullisConfig config;
    private final Reading reading;

    RouteRules(PortcullisConfig config, Reading reading) {
        this.config = config;
        this.reading = reading;
    }

    void check() {
        Map<Match, RouteConfig> matches = new HashMap<>();
        Map<String, RouteConfig> names = new HashMap<>();
        for (RouteConfig route : config.routes()) {
            upstream(route);
            Match match = new Match(Objects.requireNonNullElse(route.host(), ""), route.path());
            RouteConfig first = matches.putIfAbsent(match, route);
            RouteConfig namesake = names.putIfAbsent(route.name(), route);
            if (first != null) {
                outOfReach(first, route);
            } else if (namesake != null && namesake.index() != route.index()) {
                reading.add(Problem.error(
                        reading.lineOf(key(route) + ".name", route.where()),
                        key(route) + ".name",
                        "the name \"" + route.name() + "\" is taken by " + key(namesake) + " (" + namesake.where()
                                + ")",
                        "give each route a name of its own"));
            }
        }
    }

    private void upstream(RouteConfig route) {
        if (route.action() instanceof RouteConfig.Forward forward
                && !config.upstreams().containsKey(forward.upstream())) {
            String key = key(route) + ".upstream";
            reading.add(ConfigRules.unknownName(
                    "upstream",
                    forward.upstream(),
                    config.upstreams().keySet(),
                    key,
                    reading.lineOf(key, route.where())));
        }
    }

    private void outOfReach(RouteConfig first, RouteConfig route) {
        String host = Objects.requireNonNullElse(route.host(), "every host");
        reading.add(Problem.error(
                route.where(),
                key(route),
                "can never match: " + key(first) + " (" + first.where() + ") has the same host (" + host
                        + ") and path (" + route.path() + ")",
                "remove one of them, or change its host or path"));
    }

    private static String key(RouteConfig route) {
        return "routes[" + route.index() + "]";
    }
}

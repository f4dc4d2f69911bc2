package io.portcullis.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Routes seen together.
 *
 * <p>Matching goes by specificity, not by order: an exact host before a wildcard (the longest first) before none; then an exact
 * path before a prefix, a longer prefix before a shorter; then more conditions before fewer. So a route is out of reach only where
 * another has the same host and the same path, is asked before it, and asks for nothing that it does not ask for too.
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
        Map<Match, List<RouteConfig>> places = new LinkedHashMap<>();
        Map<String, RouteConfig> names = new HashMap<>();
        Set<String> claimed =
                config.claimedFields().stream().map(HeaderNames::folded).collect(Collectors.toSet());
        for (RouteConfig route : config.routes()) {
            upstream(route);
            ours(route, claimed);
            Match match = new Match(Objects.requireNonNullElse(route.host(), ""), route.path());
            List<RouteConfig> place = places.computeIfAbsent(match, key -> new ArrayList<>());
            RouteConfig first = same(place, route);
            place.add(route);
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
        places.values().stream().filter(place -> place.size() > 1).forEach(this::hidden);
    }

    private static @Nullable RouteConfig same(List<RouteConfig> place, RouteConfig route) {
        return place.stream()
                .filter(each -> each.match().equals(route.match()))
                .findFirst()
                .orElse(null);
    }

    /** Of the routes of one host and path, which are in order of the file: those that another one always goes before. */
    private void hidden(List<RouteConfig> place) {
        for (RouteConfig route : place) {
            for (RouteConfig other : place) {
                boolean before = other.match().size() > route.match().size()
                        || other.match().size() == route.match().size() && place.indexOf(other) < place.indexOf(route);
                if (before
                        && !other.match().equals(route.match())
                        && other.match().isImpliedBy(route.match())) {
                    reading.add(Problem.warning(
                            4,
                            route.where(),
                            key(route),
                            "can never match: " + key(other) + " (" + other.where() + ") is asked before it, and takes"
                                    + " every request that it would take",
                            "put it before that one, or change its match"));
                    break;
                }
            }
        }
    }

    /** What we set toward backends no request has when routes are asked. */
    private void ours(RouteConfig route, Set<String> claimed) {
        for (FieldMatch condition : route.match().headers()) {
            if (claimed.contains(HeaderNames.folded(condition.name()))) {
                boolean always = condition.kind() == FieldMatch.Kind.ABSENT;
                reading.add(
                        Problem.warning(
                                4,
                                route.where(),
                                key(route) + ".match.headers",
                                (always ? "always holds: " : "never holds: ") + condition.name()
                                        + " is what client-certificates.headers has backends told, and what clients send by it is removed"
                                        + " before routes are asked",
                                "remove it; for names that ask for certificates write tls.<name>.hosts with client-certificates"));
            }
        }
    }

    private void upstream(RouteConfig route) {
        MirrorConfig mirror = route.shaping().mirror();
        if (mirror != null && !config.upstreams().containsKey(mirror.upstream())) {
            String key = key(route) + ".mirror.upstream";
            reading.add(ConfigRules.unknownName(
                    "upstream",
                    mirror.upstream(),
                    config.upstreams().keySet(),
                    key,
                    reading.lineOf(key, route.where())));
        }
        List<String> named = route.upstreams();
        for (int i = 0; i < named.size(); i++) {
            if (!config.upstreams().containsKey(named.get(i)) && !named.get(i).isEmpty()) {
                boolean shared = route.action() instanceof RouteConfig.Split;
                String key = key(route) + (shared ? ".split[" + i + "].upstream" : ".upstream");
                reading.add(ConfigRules.unknownName(
                        "upstream",
                        named.get(i),
                        config.upstreams().keySet(),
                        key,
                        reading.lineOf(key, route.where())));
            }
        }
    }

    private void outOfReach(RouteConfig first, RouteConfig route) {
        String host = Objects.requireNonNullElse(route.host(), "every host");
        reading.add(Problem.error(
                route.where(),
                key(route),
                "can never match: " + key(first) + " (" + first.where() + ") has the same host (" + host
                        + ") and path (" + route.path() + ")"
                        + (route.match().size() == 0 ? "" : " and the same match"),
                "remove one of them, or change its host or path"));
    }

    private static String key(RouteConfig route) {
        return "routes[" + route.index() + "]";
    }
}

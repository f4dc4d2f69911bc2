package io.portcullis.route;

import io.portcullis.config.RouteConfig;
import io.portcullis.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why other routes than the one that was taken were not: each with the first condition that failed. For people; never on the way. */
public final class NearMisses {
    /**
     * A route that was not taken.
     *
     * @param why the condition that failed, or what went before it
     */
    public record Miss(RouteConfig route, String why) {}

    private NearMisses() {}

    /**
     * The routes that would have matched but for one condition, or did and were not asked first; in the order in which they are asked.
     *
     * @param client the client's address as far as trusted proxies vouch for it, or {@code unix}
     * @param taken null where none matched
     */
    public static List<Miss> of(
            List<RouteConfig> routes, RequestHead head, String client, @Nullable RouteConfig taken) {
        String host = head.authority().host();
        String path = head.path();
        List<Miss> misses = new ArrayList<>();
        for (RouteConfig route : RouteTable.inOrder(routes)) {
            boolean hostFits = hostFits(route, host);
            boolean pathFits = pathFits(route.path(), path);
            if (route.equals(taken) || !hostFits && !pathFits) {
                continue;
            }
            String condition = hostFits && pathFits ? condition(route, head, client) : null;
            if (condition != null) {
                misses.add(new Miss(route, condition));
            } else if (hostFits && pathFits) {
                misses.add(new Miss(route, taken == null ? "matches the path as it came" : lessSpecific(route, taken)));
            } else if (hostFits) {
                misses.add(new Miss(route, pathMiss(route.path(), path)));
            } else if (!isRoot(route)) {
                // A whole site of another host is no near miss: there may be thousands.
                misses.add(new Miss(route, hostMiss(Objects.requireNonNull(route.host()), host)));
            } else if (isSubdomain(route, host)) {
                misses.add(new Miss(route, hostMiss(Objects.requireNonNull(route.host()), host)));
            }
        }
        return misses;
    }

    /** The condition that does not hold; null where all do. */
    static @Nullable String condition(RouteConfig route, RequestHead head, String client) {
        Conditions conditions = Conditions.of(route.match());
        return conditions == null ? null : conditions.miss(head, client);
    }

    static boolean hostFits(RouteConfig route, String host) {
        String wanted = route.host();
        if (wanted == null) {
            return true;
        }
        int dot = host.indexOf('.');
        return wanted.startsWith("*.")
                ? dot > 0 && host.substring(dot).equals(wanted.substring(1))
                : wanted.equals(host);
    }

    static boolean pathFits(String wanted, String path) {
        return wanted.equals("/") || (wanted.endsWith("/") ? path.startsWith(wanted) : wanted.equals(path));
    }

    private static boolean isRoot(RouteConfig route) {
        return route.path().equals("/");
    }

    /** Whether one name ends in the other: where wildcards and forgotten "www." go wrong. */
    private static boolean isSubdomain(RouteConfig route, String host) {
        String wanted = Objects.requireNonNull(route.host());
        String bare = wanted.startsWith("*.") ? wanted.substring(2) : wanted;
        return host.equals(bare) || host.endsWith("." + bare) || bare.endsWith("." + host);
    }

    private static String lessSpecific(RouteConfig route, RouteConfig taken) {
        if (Objects.equals(route.host(), taken.host()) && route.path().equals(taken.path())) {
            return route.match().size() < taken.match().size()
                    ? "matches too, but the other has more conditions"
                    : "matches too, but the other has as many conditions and stands before it";
        }
        if (Objects.equals(route.host(), taken.host())) {
            return taken.path().endsWith("/")
                    ? "matches too, but the prefix " + taken.path() + " is longer"
                    : "matches too, but the exact path " + taken.path() + " goes before a prefix";
        }
        if (route.host() == null) {
            return "matches too, but a route that names the host goes before one for every host";
        }
        return "matches too, but the exact host goes before a wildcard";
    }

    private static String pathMiss(String wanted, String path) {
        if (wanted.equals(path + "/")) {
            return "path: " + wanted + " takes what is below it, and " + path + " is not (no slash at the end)";
        }
        if (path.equals(wanted + "/") || path.startsWith(wanted + "/")) {
            return "path: " + wanted + " is exactly this path; as a prefix it would end in /";
        }
        if (wanted.equalsIgnoreCase(path) || path.regionMatches(true, 0, wanted, 0, wanted.length())) {
            return "path: " + path + " differs from " + wanted + " in its upper and lower case";
        }
        return "path: " + path + (wanted.endsWith("/") ? " does not begin with " : " is not ") + wanted;
    }

    private static String hostMiss(String wanted, String host) {
        if (wanted.startsWith("*.")) {
            String rest = wanted.substring(1);
            if (host.endsWith(rest)) {
                return "host: " + wanted + " stands for one label, and " + host + " has more before " + rest;
            }
            if (host.equals(rest.substring(1))) {
                return "host: " + wanted + " does not stand for " + host + " itself";
            }
        }
        return "host: " + (host.isEmpty() ? "the request names none" : host + " is not " + wanted);
    }
}

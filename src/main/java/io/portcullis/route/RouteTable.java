package io.portcullis.route;

import io.portcullis.config.RouteConfig;
import io.portcullis.http.RequestHead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request: a value, swapped whole.
 *
 * <p>The order does not depend on where a route stands in the file, so that moving a line cannot change what it means:
 *
 * <ol>
 *   <li>an exact host before a wildcard (which stands for one label), a wildcard before a route for every host;
 *   <li>within one host an exact path before a prefix, a longer prefix before a shorter;
 *   <li>within one path more conditions before fewer; of as many, the one that stands first in the file;
 *   <li>where no condition of a path's routes holds, the next path is asked; where no path of a host matches, the next host in this order is asked.
 * </ol>
 *
 * @param <T> what a route is to the one who asks
 */
public final class RouteTable<T> {
    private final Map<String, PathMatcher<T>> exact = new HashMap<>();
    private final Map<String, PathMatcher<T>> wildcard = new HashMap<>();
    private final PathMatcher<T> everyHost = new PathMatcher<>();

    /** Builds the table; {@code make} is asked once for each route. */
    public RouteTable(List<RouteConfig> routes, Function<RouteConfig, T> make) {
        for (RouteConfig route : inOrder(routes)) {
            matcher(route.host()).add(route.path(), make.apply(route), Conditions.of(route.match()));
        }
    }

    /**
     * The route of {@code head}, whose path is read as {@code path}; null where none matches.
     *
     * @param client the client's address as far as trusted proxies vouch for it, or {@code unix}
     */
    @Nullable
    T match(String path, RequestHead head, String client) {
        String host = head.authority().host();
        PathMatcher<T> named = exact.get(host);
        T found = named == null ? null : named.match(path, head, client);
        if (found == null && !wildcard.isEmpty()) {
            named = ofWildcard(host);
            found = named == null ? null : named.match(path, head, client);
        }
        return found != null ? found : everyHost.match(path, head, client);
    }

    /** Whether a route names {@code host}, exactly or by a wildcard; routes for every host name none. */
    public boolean names(String host) {
        int dot = host.indexOf('.');
        return exact.containsKey(host) || dot > 0 && wildcard.containsKey(host.substring(dot));
    }

    /** The routes in the order in which they are asked, for people to read. */
    public static List<RouteConfig> inOrder(List<RouteConfig> routes) {
        List<RouteConfig> sorted = new ArrayList<>(routes);
        sorted.sort(RouteTable::compare);
        return sorted;
    }

    private @Nullable PathMatcher<T> ofWildcard(String host) {
        int dot = host.indexOf('.');
        return dot > 0 ? wildcard.get(host.substring(dot)) : null;
    }

    private PathMatcher<T> matcher(@Nullable String host) {
        if (host == null) {
            return everyHost;
        }
        return host.startsWith("*.")
                ? wildcard.computeIfAbsent(host.substring(1), key -> new PathMatcher<>())
                : exact.computeIfAbsent(host, key -> new PathMatcher<>());
    }

    private static int compare(RouteConfig one, RouteConfig two) {
        int byHost = Integer.compare(hostRank(one), hostRank(two));
        if (byHost != 0) {
            return byHost;
        }
        int byName = String.valueOf(one.host()).compareTo(String.valueOf(two.host()));
        if (byName != 0) {
            return byName;
        }
        boolean prefixOne = one.path().endsWith("/");
        boolean prefixTwo = two.path().endsWith("/");
        if (prefixOne != prefixTwo) {
            return prefixOne ? 1 : -1;
        }
        int byLength = Integer.compare(two.path().length(), one.path().length());
        int byPath = byLength != 0 ? byLength : one.path().compareTo(two.path());
        return byPath != 0
                ? byPath
                : Integer.compare(two.match().size(), one.match().size());
    }

    private static int hostRank(RouteConfig route) {
        if (route.host() == null) {
            return 2;
        }
        return route.host().startsWith("*.") ? 1 : 0;
    }
}

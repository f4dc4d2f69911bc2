package io.portcullis.proxy;

import io.portcullis.config.ErrorPage;
import io.portcullis.http.Authority;
import io.portcullis.http.Forwarding;
import io.portcullis.route.PathGate;
import io.portcullis.route.RouteTable;
import java.util.List;
import java.util.function.Predicate;

/**
 * What one configuration says about requests: a value, swapped whole.
 *
 * @param table knows which hosts are ours
 * @param gate finds routes
 * @param certified whether a certificate of ours covers a host
 * @param pages for error answers, where the route has none that fits
 */
public record Routing(
        RouteTable<Way> table,
        PathGate<Way> gate,
        Forwarding forwarding,
        Predicate<String> certified,
        List<ErrorPage> pages) {
    /** Whether the site is ours, so that an address with its name may be handed out (rules Z05, P14). */
    boolean knows(Authority authority) {
        return knows(table, certified, authority);
    }

    static boolean knows(RouteTable<?> table, Predicate<String> certified, Authority authority) {
        String host = authority.host();
        return !host.isEmpty() && (table.names(host) || certified.test(host));
    }
}

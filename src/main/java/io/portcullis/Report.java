package io.portcullis;

import io.portcullis.config.BindAddress;
import io.portcullis.config.HstsConfig;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.route.RouteTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code check} prints of a configuration. */
final class Report {
    private Report() {}

    static void listeners(StringBuilder text, PortcullisConfig config) {
        text.append("Listeners\n");
        for (ListenerConfig listener : config.listeners()) {
            text.append(String.format(
                    "  %-12s %-28s %s%n",
                    listener.name(),
                    String.join(
                            " ",
                            listener.bind().stream().map(BindAddress::toString).toList()),
                    does(listener, config)));
        }
        text.append('\n');
    }

    /** The table in the order in which routes are asked; the first that matches wins. */
    static void routes(StringBuilder text, PortcullisConfig config) {
        text.append("Routes, in the order in which they are asked\n");
        for (RouteConfig route : RouteTable.inOrder(config.routes())) {
            String match = route.path().endsWith("/") ? route.path() + "*" : route.path();
            text.append(String.format(
                    "  %-28s %-24s %-36s %s%n",
                    route.host() == null ? "every host" : route.host(), match, route.does(), route.where()));
            if (route.match().size() > 0) {
                text.append("    ").append(route.match()).append('\n');
            }
            route.shaping()
                    .texts()
                    .forEach(each -> text.append("      ").append(each).append('\n'));
        }
        text.append('\n');
    }

    /** {@code {"file":…,"ok":…,"problems":[…],"routes":[…]}}; the order of the routes is the order of matching. */
    static String json(Path file, List<Problem> problems, @Nullable PortcullisConfig config) {
        List<String> listed = new ArrayList<>();
        for (Problem problem : problems) {
            listed.add("{\"severity\":" + quoted(problem.isError() ? "error" : "warning") + ",\"risk\":"
                    + problem.risk() + ",\"file\":" + quoted(problem.where().file()) + ",\"line\":"
                    + problem.where().line() + ",\"key\":" + quoted(problem.key()) + ",\"message\":"
                    + quoted(problem.message()) + ",\"remedy\":" + quoted(problem.remedy()) + "}");
        }
        List<String> routes = new ArrayList<>();
        if (config != null) {
            for (RouteConfig route : RouteTable.inOrder(config.routes())) {
                routes.add("{\"name\":" + quoted(route.name()) + ",\"host\":"
                        + (route.host() == null ? "null" : quoted(route.host())) + ",\"path\":"
                        + quoted(route.path()) + ",\"match\":["
                        + String.join(
                                ",",
                                route.match().texts().stream()
                                        .map(Report::quoted)
                                        .toList())
                        + "],\"action\":" + quoted(route.does()) + ",\"line\":"
                        + route.where().line() + "}");
            }
        }
        boolean ok = problems.stream().noneMatch(Problem::isError);
        return "{\"file\":" + quoted(file.toString()) + ",\"ok\":" + ok + ",\"problems\":[" + String.join(",", listed)
                + "],\"routes\":[" + String.join(",", routes) + "]}\n";
    }

    static String does(ListenerConfig listener, PortcullisConfig config) {
        if (listener.redirect() != null) {
            return listener.redirect().status() + " to HTTPS on port "
                    + listener.redirect().port();
        }
        TlsConfig tls = listener.tls() == null ? null : config.tls().get(listener.tls());
        if (tls == null) {
            return "plain HTTP";
        }
        String versions = tls.policy().min().equals(tls.policy().max())
                ? "TLS " + tls.policy().min()
                : "TLS " + tls.policy().min() + " to " + tls.policy().max();
        return "HTTPS, " + versions + " (" + tls.policy().name() + "), "
                + (tls.hsts() == null
                        ? "no HSTS"
                        : (tls.hsts().mode() == HstsConfig.Mode.RAMP ? "HSTS up to " : "HSTS ")
                                + tls.hsts().headerValue());
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}

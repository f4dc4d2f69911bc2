package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.config.BindAddress;
import io.portcullis.config.HstsConfig;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.route.RouteTable;
import java.nio.file.Path;
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
        List<Json> routes = config == null
                ? List.of()
                : RouteTable.inOrder(config.routes()).stream()
                        .map(Report::route)
                        .toList();
        return new Json()
                        .put("file", file.toString())
                        .put("ok", problems.stream().noneMatch(Problem::isError))
                        .list("problems", problems.stream().map(Report::problem).toList())
                        .list("routes", routes)
                + "\n";
    }

    private static Json problem(Problem problem) {
        return new Json()
                .put("severity", problem.isError() ? "error" : "warning")
                .put("risk", problem.risk())
                .put("file", problem.where().file())
                .put("line", problem.where().line())
                .put("key", problem.key())
                .put("message", problem.message())
                .put("remedy", problem.remedy());
    }

    private static Json route(RouteConfig route) {
        return new Json()
                .put("name", route.name())
                .put("host", route.host())
                .put("path", route.path())
                .texts("match", route.match().texts())
                .put("action", route.does())
                .put("line", route.where().line());
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
}

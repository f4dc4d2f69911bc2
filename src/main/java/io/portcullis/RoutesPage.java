package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.config.ListenerConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.RouteConfig;
import io.portcullis.route.RouteTable;
import io.portcullis.telemetry.Figures;
import io.portcullis.telemetry.MeterName;
import io.portcullis.telemetry.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code GET /routes}: the routes in the order in which they are asked, and what came by each since the start. */
final class RoutesPage {
    private static final List<String> CLASSES = List.of("2xx", "3xx", "4xx", "5xx", "none");

    private RoutesPage() {}

    /** One JSON object. Who asks again learns the rates, from the counters' differences. */
    static String json(PortcullisConfig config, Figures figures) {
        Map<String, Spread> spreads = figures.spreads(MeterName.REQUEST_DURATION, "route");
        List<Json> routes = new ArrayList<>();
        for (RouteConfig route : RouteTable.inOrder(config.routes())) {
            Json json = new Json()
                    .put("name", route.name())
                    .put("host", route.host())
                    .put("path", route.path())
                    .put("action", route.does())
                    .put("where", route.where().toString())
                    .put("match", route.match().size() > 0 ? route.match().toString() : null)
                    .put("shaping", String.join("; ", route.shaping().texts()));
            routes.add(counted(json, route.name(), figures, spreads));
        }
        for (ListenerConfig listener : config.listeners()) {
            if (listener.redirect() != null) {
                String name = Assembly.redirectRoute(listener);
                Json json = new Json()
                        .put("name", name)
                        .put("host", (String) null)
                        .put("path", "/")
                        .put("action", Report.does(listener, config))
                        .put("where", "listeners." + listener.name())
                        .put("match", (String) null)
                        .put("shaping", "");
                routes.add(counted(json, name, figures, spreads));
            }
        }
        return new Json().list("routes", routes) + "\n";
    }

    private static Json counted(Json json, String name, Figures figures, Map<String, Spread> spreads) {
        Json classes = new Json();
        for (String status : CLASSES) {
            classes.put(
                    status,
                    figures.sum(
                            MeterName.REQUESTS,
                            each -> each.tag("route").equals(name)
                                    && each.tag("class").equals(status)));
        }
        Spread spread = spreads.getOrDefault(name, Spread.NONE);
        return json.raw("requests", classes.toString())
                .put("inFlight", figures.sum(MeterName.REQUESTS_IN_FLIGHT, each -> each.tag("route")
                        .equals(name)))
                .put("bytesOut", figures.sum(MeterName.RESPONSE_BYTES, each -> each.tag("route")
                        .equals(name)))
                .put("p50", spread.count() == 0 ? Double.NaN : spread.millis(0.5))
                .put("p99", spread.count() == 0 ? Double.NaN : spread.millis(0.99));
    }
}

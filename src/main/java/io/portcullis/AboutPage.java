package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.config.BindAddress;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.telemetry.Figures;
import io.portcullis.telemetry.MeterName;
import java.util.List;

/** {@code GET /about}: what runs, since when, and where it listens. */
final class AboutPage {
    private AboutPage() {}

    /** One JSON object. */
    static String json(PortcullisConfig config, Figures figures) {
        Json json = new Json();
        figures.each(MeterName.BUILD_INFO).forEach(build -> build.tags().forEach(json::put));
        List<Json> listeners = config.listeners().stream()
                .map(listener -> new Json()
                        .put("name", listener.name())
                        .put(
                                "bind",
                                String.join(
                                        " ",
                                        listener.bind().stream()
                                                .map(BindAddress::toString)
                                                .toList()))
                        .put("does", Report.does(listener, config))
                        .put("connections", figures.sum(MeterName.LISTENER_CONNECTIONS, each -> each.tag("listener")
                                .equals(listener.name()))))
                .toList();
        return json.put("started", figures.other("process.start.time", each -> true))
                        .put("reloads", figures.sum(MeterName.RELOADS, each -> each.tag("result")
                                .equals("ok")))
                        .put("reloadsRefused", figures.sum(MeterName.RELOADS, each -> each.tag("result")
                                .equals("refused")))
                        .list("listeners", listeners)
                + "\n";
    }
}

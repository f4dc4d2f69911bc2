package io.portcullis;

import io.portcullis.admin.Actions;
import io.portcullis.admin.Page;
import io.portcullis.proxy.FlightRecorder;
import java.util.Map;
import java.util.function.Supplier;

/** What the admin listener tells beside its own paths, by the first segment of the path. */
final class AdminPages {
    private AdminPages() {}

    static Map<String, Page> of(Supplier<Snapshot> current, FlightRecorder flights) {
        return Map.of(
                "upstreams",
                (rest, query) -> Page.Answer.json(
                        200, UpstreamsPage.json(current.get().upstreams().values())),
                "explain",
                new ExplainPage(() -> current.get().explainer()),
                "config",
                (rest, query) -> config(rest, current.get()),
                "why",
                new WhyPage(flights));
    }

    /** @param reloads is held while reloading */
    static Actions actions(Object reloads, Supplier<Snapshot> current) {
        return new Actions(
                Map.of("upstreams", new EndpointAction(reloads, current)),
                new AdminToken(() -> current.get().config().admin().tokenFile()));
    }

    private static Page.Answer config(String rest, Snapshot snapshot) {
        return rest.isEmpty()
                ? Page.Answer.text(
                        200, ConfigShowCommand.lines(snapshot.config().effective()))
                : Page.Answer.text(404, "404 Not Found\n");
    }
}

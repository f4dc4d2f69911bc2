package io.portcullis;

import io.portcullis.admin.Actions;
import io.portcullis.admin.Json;
import io.portcullis.admin.Page;
import io.portcullis.config.Effective;
import io.portcullis.proxy.FlightRecorder;
import io.portcullis.telemetry.Meters;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What the admin listener tells beside its own paths, by the first segment of the path. */
final class AdminPages {
    private static final Page.Answer NOT_FOUND = Page.Answer.text(404, "404 Not Found\n");

    private AdminPages() {}

    static Map<String, Page> of(Supplier<Snapshot> current, Assembly assembly, Meters meters) {
        FlightRecorder flights = assembly.flights();
        return Map.of(
                "upstreams",
                json(() -> UpstreamsPage.json(
                        current.get().upstreams().values(),
                        current.get().config().admin().tokenFile() != null)),
                "explain",
                new ExplainPage(() -> current.get().explainer()),
                "config",
                (rest, query) -> config(rest, query.containsKey("json"), current.get()),
                "why",
                new WhyPage(flights),
                "routes",
                json(() -> RoutesPage.json(current.get().config(), meters.figures())),
                "tls",
                new TlsPage(
                        json(() -> HandshakesPage.json(meters.figures())),
                        new TighteningPage(() -> current.get().config(), assembly.census()),
                        json(() -> HstsPage.json(current.get().config().tls().values(), assembly.ramps()))),
                "failures",
                new FailuresPage(flights),
                "about",
                json(() -> AboutPage.json(current.get().config(), meters.figures())));
    }

    /** @param reloads is held while reloading */
    static Actions actions(Object reloads, Supplier<Snapshot> current) {
        return new Actions(
                Map.of("upstreams", new EndpointAction(reloads, current)),
                new AdminToken(() -> current.get().config().admin().tokenFile()));
    }

    /** {@code GET /tls}, and what stands below it. */
    private record TlsPage(Page handshakes, Page report, Page hsts) implements Page {
        @Override
        public Answer answer(String rest, Map<String, List<String>> query) {
            return switch (rest) {
                case "report" -> report.answer("", query);
                case "hsts" -> hsts.answer("", query);
                default -> handshakes.answer(rest, query);
            };
        }
    }

    private static Page json(Supplier<String> text) {
        return (rest, query) -> rest.isEmpty() ? Page.Answer.json(200, text.get()) : NOT_FOUND;
    }

    private static Page.Answer config(String rest, boolean asJson, Snapshot snapshot) {
        if (!rest.isEmpty()) {
            return NOT_FOUND;
        }
        List<Effective> all = snapshot.config().effective();
        return asJson
                ? Page.Answer.json(
                        200,
                        new Json()
                                .list(
                                        "settings",
                                        all.stream()
                                                .map(each -> new Json()
                                                        .put("key", each.key())
                                                        .put("value", each.value())
                                                        .put("origin", each.origin()))
                                                .toList())
                                .toString())
                : Page.Answer.text(200, ConfigShowCommand.lines(all));
    }
}

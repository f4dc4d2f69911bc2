package io.portcullis.admin;

import io.portcullis.http.WholeAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of the dashboard, from the jar. Safe for any thread; reads the jar: blocks. */
final class Assets {
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    /** Everything comes from here, nothing is written into the page, and nobody may frame it. */
    private static final String POLICY =
            "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /** @param resource its name in the jar */
    private record Asset(String resource, String contentType) {}

    private static final Map<String, Asset> ALL = Map.ofEntries(
            page("index.html", "text/html; charset=utf-8"),
            page("style.css", CSS),
            page("icon.svg", "image/svg+xml"),
            page("app.js", JAVASCRIPT),
            page("parts.js", JAVASCRIPT),
            page("charts.js", JAVASCRIPT),
            page("overview.js", JAVASCRIPT),
            page("routes.js", JAVASCRIPT),
            page("upstreams.js", JAVASCRIPT),
            page("orders.js", JAVASCRIPT),
            page("certificates.js", JAVASCRIPT),
            page("tls.js", JAVASCRIPT),
            page("failures.js", JAVASCRIPT),
            page("config.js", JAVASCRIPT),
            Map.entry("uplot.js", new Asset(CHARTS + "uPlot.esm.js", JAVASCRIPT)),
            Map.entry("uplot.css", new Asset(CHARTS + "uPlot.min.css", CSS)));

    private Assets() {}

    private static Map.Entry<String, Asset> page(String name, String contentType) {
        return Map.entry(name, new Asset("/ui/" + name, contentType));
    }

    /** The file {@code name}; null where there is none. */
    static @Nullable WholeAnswer find(String name) {
        Asset asset = ALL.get(name);
        return asset == null ? null : secured(WholeAnswer.of(200, asset.contentType, read(asset.resource)));
    }

    /** With what tells a browser to keep it to itself. */
    static WholeAnswer secured(WholeAnswer answer) {
        return answer.with("Cache-Control", "no-store")
                .with("Content-Security-Policy", POLICY)
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Cross-Origin-Resource-Policy", "same-origin")
                .with("Referrer-Policy", "no-referrer")
                .with("X-Content-Type-Options", "nosniff")
                .with("X-Frame-Options", "DENY");
    }

    private static byte[] read(String resource) {
        try (InputStream stream = Assets.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException(resource + ": not in the jar");
            }
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

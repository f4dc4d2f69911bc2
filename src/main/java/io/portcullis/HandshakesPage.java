package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.telemetry.Figures;
import io.portcullis.telemetry.MeterName;
import io.portcullis.telemetry.Spread;
import java.util.ArrayList;
import java.util.List;

/** {@code GET /tls}: what handshakes agreed on since the start, and why others failed. */
final class HandshakesPage {
    private HandshakesPage() {}

    /** One JSON object. */
    static String json(Figures figures) {
        Spread spread = figures.spread(MeterName.TLS_HANDSHAKE_DURATION);
        return new Json()
                        .list("handshakes", counted(figures, MeterName.TLS_HANDSHAKES))
                        .list("failures", counted(figures, MeterName.TLS_HANDSHAKE_FAILURES))
                        .list("clients", counted(figures, MeterName.TLS_CLIENTS))
                        .put("p50", spread.count() == 0 ? Double.NaN : spread.millis(0.5))
                        .put("p99", spread.count() == 0 ? Double.NaN : spread.millis(0.99))
                + "\n";
    }

    private static List<Json> counted(Figures figures, MeterName name) {
        List<Json> rows = new ArrayList<>();
        for (Figures.Figure figure : figures.each(name)) {
            Json json = new Json();
            figure.tags().forEach(json::put);
            rows.add(json.put("count", figure.value()));
        }
        return rows;
    }
}

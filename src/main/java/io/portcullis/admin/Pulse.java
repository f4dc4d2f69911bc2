package io.portcullis.admin;

import io.portcullis.telemetry.Figures;
import io.portcullis.telemetry.MeterName;
import io.portcullis.telemetry.Meters;
import io.portcullis.telemetry.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the process did since the last look, as one JSON object: rates for a second, and what is open now. Looks are taken one after
 * another by one thread at a time.
 */
final class Pulse {
    /** @param sums running totals, in the order of {@link #RATES} */
    private record Look(long nanos, List<Double> sums, Spread requests, Map<String, Spread> loops) {}

    private static final List<String> RATES = List.of(
            "requests",
            "clientErrors",
            "serverErrors",
            "handshakes",
            "handshakeFailures",
            "bytesIn",
            "bytesOut",
            "cut");

    private final Meters meters;
    private final LongSupplier nanos;
    private final LongSupplier epochMillis;
    private Look last;

    /** Takes the first look, which later ones count from. */
    Pulse(Meters meters, LongSupplier nanos, LongSupplier epochMillis) {
        this.meters = meters;
        this.nanos = nanos;
        this.epochMillis = epochMillis;
        this.last = look(meters.figures());
    }

    /** Looks again. */
    String next() {
        Figures figures = meters.figures();
        Look now = look(figures);
        Look before = last;
        last = now;
        double seconds = Math.max(1e-3, (now.nanos - before.nanos) / 1e9);
        Json json = new Json().put("time", (double) epochMillis.getAsLong());
        for (int i = 0; i < RATES.size(); i++) {
            json.put(RATES.get(i), Math.max(0, now.sums.get(i) - before.sums.get(i)) / seconds);
        }
        Spread requests = now.requests.since(before.requests);
        json.put("p50", requests.count() == 0 ? Double.NaN : requests.millis(0.5))
                .put("p99", requests.count() == 0 ? Double.NaN : requests.millis(0.99));
        open(json, figures);
        return json.list("loops", loops(figures, now, before)).toString();
    }

    private Look look(Figures figures) {
        List<Double> sums = List.of(
                figures.sum(MeterName.REQUESTS),
                figures.sum(MeterName.REQUESTS, each -> each.tag("class").equals("4xx")),
                figures.sum(MeterName.REQUESTS, each -> each.tag("class").equals("5xx")),
                figures.sum(MeterName.TLS_HANDSHAKES),
                figures.sum(MeterName.TLS_HANDSHAKE_FAILURES),
                figures.sum(MeterName.REQUEST_BYTES),
                figures.sum(MeterName.RESPONSE_BYTES),
                figures.sum(MeterName.REQUESTS, each -> each.tag("class").equals("none")));
        return new Look(
                nanos.getAsLong(),
                sums,
                figures.spread(MeterName.REQUEST_DURATION),
                figures.spreads(MeterName.LOOP_DELAY, "loop"));
    }

    private static void open(Json json, Figures figures) {
        json.put("connections", figures.sum(MeterName.LISTENER_CONNECTIONS, each -> !each.tag("listener")
                        .equals("admin")))
                .put("inFlight", figures.sum(MeterName.REQUESTS_IN_FLIGHT))
                .put("waiting", figures.sum(MeterName.UPSTREAM_WAITING))
                .put("endpoints", figures.each(MeterName.ENDPOINT_AVAILABLE).size())
                .put("endpointsAway", (double) figures.each(MeterName.ENDPOINT_AVAILABLE).stream()
                        .filter(each -> each.value() == 0)
                        .count())
                .put("direct", figures.sum(MeterName.DIRECT_MEMORY_USED))
                .put("directLimit", figures.sum(MeterName.DIRECT_MEMORY_LIMIT))
                .put("heap", figures.other("jvm.memory.used", each -> each.tag("area")
                        .equals("heap")))
                .put("heapLimit", (double) Runtime.getRuntime().maxMemory())
                .put("cpu", figures.other("process.cpu.usage", each -> true));
    }

    private static List<Json> loops(Figures figures, Look now, Look before) {
        List<Json> loops = new ArrayList<>();
        for (Figures.Figure pending : figures.each(MeterName.LOOP_PENDING_TASKS)) {
            String loop = pending.tag("loop");
            Spread late = now.loops.getOrDefault(loop, Spread.NONE).since(before.loops.getOrDefault(loop, Spread.NONE));
            loops.add(new Json()
                    .put("loop", loop)
                    .put("delay", late.count() == 0 ? Double.NaN : late.meanMillis())
                    .put("pending", pending.value()));
        }
        return loops;
    }
}

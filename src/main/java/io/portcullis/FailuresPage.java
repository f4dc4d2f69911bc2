package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.admin.Page;
import io.portcullis.net.FailureKind;
import io.portcullis.proxy.FlightRecorder;
import io.portcullis.proxy.PastFlight;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code GET /failures}: the newest exchanges that failed, were answered by an error, or were slow, the newest first; {@code limit} is 1 to 500. */
record FailuresPage(FlightRecorder flights) implements Page {
    private static final int USUAL = 100;
    private static final int MOST = 500;

    @Override
    public Answer answer(String rest, Map<String, List<String>> query) {
        String wanted =
                query.getOrDefault("limit", List.of(String.valueOf(USUAL))).getFirst();
        if (!rest.isEmpty() || !wanted.matches("[1-9]\\d{0,2}") || Integer.parseInt(wanted) > MOST) {
            return Answer.text(400, "/failures?limit=N: 1 to " + MOST + ", " + USUAL + " where it is left out\n");
        }
        List<Json> rows = flights.recent(Integer.parseInt(wanted)).stream()
                .map(FailuresPage::row)
                .toList();
        return Answer.json(
                200, new Json().put("kept", FlightRecorder.capacity()).list("failures", rows) + "\n");
    }

    private static Json row(PastFlight past) {
        PastFlight.Asked asked = past.asked();
        PastFlight.Hop hop = past.hop();
        PastFlight.Ending ending = past.ending();
        FailureKind kind = ending.failure();
        return new Json()
                .put("id", asked.id())
                .put("time", Instant.ofEpochMilli(asked.epochMillis()).toString())
                .put("method", asked.method())
                .put("host", asked.host())
                .put("target", asked.target())
                .put("client", past.client().address())
                .put("route", hop.route())
                .put("upstream", hop.upstream())
                .put("endpoint", hop.endpoint())
                .put("tries", hop.tries())
                .put("status", ending.status())
                .put("millis", ending.totalNanos() / 1e6)
                .put("kind", kind != null ? kind.tag() : past.isBackendsError() ? "answered_5xx" : "slow")
                .put("side", kind != null ? kind.side().tag() : past.isBackendsError() ? "upstream" : null)
                .put("detail", ending.detail());
    }
}

package io.portcullis;

import io.portcullis.admin.Page;
import io.portcullis.admin.Queries;
import io.portcullis.explain.Facts;
import io.portcullis.explain.FlightStory;
import io.portcullis.proxy.FlightRecorder;
import io.portcullis.proxy.PastFlight;
import java.util.List;
import java.util.Map;

/** {@code GET /why/ID}, or {@code /why?id=ID}; with {@code json}. */
record WhyPage(FlightRecorder flights) implements Page {
    /** The path and query that ask it. */
    static String path(String id, boolean json) {
        return "/why?" + Queries.written("id", id) + (json ? "&json" : "");
    }

    @Override
    public Answer answer(String rest, Map<String, List<String>> query) {
        String id = rest.isEmpty() ? query.getOrDefault("id", List.of("")).getFirst() : rest;
        if (id.isEmpty()) {
            return Answer.text(
                    400, "/why/ID: the id of an answer (X-Request-Id), of an error page or of the access log\n");
        }
        PastFlight past = flights.find(id);
        if (past == null) {
            return Answer.text(
                    404,
                    "nothing is remembered of " + id.replaceAll("[^!-~]", "?") + "; " + FlightRecorder.capacity()
                            + "\n");
        }
        Facts facts = FlightStory.of(past);
        return query.containsKey("json") ? Answer.json(200, facts.json() + "\n") : Answer.text(200, facts.text());
    }
}

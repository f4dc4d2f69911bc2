package io.portcullis.admin;

import java.util.List;
import java.util.Map;

/** What the product answers below one path of the admin listener; reads only. Safe for any thread, and blocks. */
public interface Page {
    /** A whole answer. */
    record Answer(int status, String contentType, String text) {
        /** A plain text. */
        public static Answer text(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", text);
        }

        /** A JSON object. */
        public static Answer json(int status, String json) {
            return new Answer(status, "application/json", json);
        }
    }

    /**
     * Answers.
     *
     * @param rest what follows the page's path and a slash; empty where nothing does
     * @param query the query's parameters, decoded, in their order
     */
    Answer answer(String rest, Map<String, List<String>> query);
}

package io.portcullis.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response as it stood on the wire.
 *
 * @param status of the status line
 * @param head the status line and fields
 * @param body without chunk framing, Latin-1
 * @param chunks the body as it was cut; empty where it was not chunked
 * @param trailers fields after the last chunk
 */
public record RawResponse(int status, RawHead head, String body, List<String> chunks, List<RawHead.Field> trailers) {
    static RawResponse of(RawHead head, RawBody body) {
        return new RawResponse(statusOf(head), head, body.text(), body.chunks(), body.trailers());
    }

    static int statusOf(RawHead head) {
        String[] parts = head.startLine().split(" ", 3);
        if (parts.length < 2 || !parts[1].matches("\\d{3}")) {
            throw new AssertionError("status line: " + head.startLine() + " (expected: HTTP/1.1 200 …)");
        }
        return Integer.parseInt(parts[1]);
    }

    /** The first value of {@code name}, in any case; null where the field is absent. */
    public @Nullable String value(String name) {
        return head.value(name);
    }

    public List<String> values(String name) {
        return head.values(name);
    }
}

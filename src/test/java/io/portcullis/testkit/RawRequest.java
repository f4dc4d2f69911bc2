package io.portcullis.testkit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request as an origin saw it.
 *
 * @param head the request line and fields
 * @param body without chunk framing, Latin-1; empty where the script left it unread
 * @param chunks the body as it was cut; empty where it was not chunked
 * @param trailers fields after the last chunk
 * @param connection which of the origin's connections, counted from 0
 */
public record RawRequest(RawHead head, String body, List<String> chunks, List<RawHead.Field> trailers, int connection) {
    static RawRequest of(RawHead head, RawBody body, int connection) {
        return new RawRequest(head, body.text(), body.chunks(), body.trailers(), connection);
    }

    public String method() {
        return part(0);
    }

    public String target() {
        return part(1);
    }

    public String version() {
        return part(2);
    }

    private String part(int index) {
        String[] parts = head.startLine().split(" ", -1);
        return index < parts.length ? parts[index] : "";
    }

    /** The first value of {@code name}, in any case; null where the field is absent. */
    public @Nullable String value(String name) {
        return head.value(name);
    }

    public List<String> values(String name) {
        return head.values(name);
    }
}

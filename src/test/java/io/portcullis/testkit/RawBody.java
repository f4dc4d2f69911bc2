package io.portcullis.testkit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A body and what came after it.
 *
 * @param text the payload without chunk framing, Latin-1
 * @param chunks the payload's chunks as they were cut; empty where it was not chunked
 * @param trailers fields after the last chunk
 */
record RawBody(String text, List<String> chunks, List<RawHead.Field> trailers) {
    static final RawBody NONE = new RawBody("", List.of(), List.of());

    /** The body of a request: framed by its head or absent (RFC 9112 §6.3). */
    static RawBody ofRequest(RawHead head, Feed feed) throws IOException {
        return isFramed(head) ? framed(head, feed) : NONE;
    }

    /** The body of the response to {@code method}; one that nothing frames ends with the connection. */
    static RawBody ofResponse(String method, int status, RawHead head, Feed feed) throws IOException {
        boolean tunnel = method.equals("CONNECT") && status / 100 == 2;
        if (method.equals("HEAD") || status / 100 == 1 || status == 204 || status == 304 || tunnel) {
            return NONE;
        }
        return isFramed(head) ? framed(head, feed) : new RawBody(feed.readAll(), List.of(), List.of());
    }

    private static boolean isFramed(RawHead head) {
        return head.lists("transfer-encoding", "chunked") || head.has("content-length");
    }

    private static RawBody framed(RawHead head, Feed feed) throws IOException {
        if (head.lists("transfer-encoding", "chunked")) {
            return chunked(feed);
        }
        int length = Integer.parseInt(head.values("content-length").getFirst());
        return new RawBody(feed.readExactly(length), List.of(), List.of());
    }

    private static RawBody chunked(Feed feed) throws IOException {
        List<String> chunks = new ArrayList<>();
        for (int size = chunkSize(feed); size > 0; size = chunkSize(feed)) {
            chunks.add(feed.readExactly(size));
            String end = feed.readExactly(2);
            if (!end.equals("\r\n")) {
                throw new AssertionError("chunk of " + size + " bytes does not end with CRLF; " + feed.readSoFar());
            }
        }
        return new RawBody(String.join("", chunks), List.copyOf(chunks), trailers(feed));
    }

    private static int chunkSize(Feed feed) throws IOException {
        String line = feed.readThrough("\r\n").strip();
        int extension = line.indexOf(';');
        return Integer.parseInt(
                extension < 0 ? line : line.substring(0, extension).strip(), 16);
    }

    private static List<RawHead.Field> trailers(Feed feed) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = feed.readThrough("\r\n"); !line.equals("\r\n"); line = feed.readThrough("\r\n")) {
            lines.add(line.strip());
        }
        return RawHead.fields(lines);
    }
}

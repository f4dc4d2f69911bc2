package io.portcullis.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A message written as HTTP/1.1, taken apart to be sent as HTTP/2, so that a test says once what goes over both.
 *
 * @param rest what follows an interim head
 */
record Http1Text(RawHead head, String body, List<RawHead.Field> trailers, String rest) {
    private static final String END = "\r\n\r\n";
    private static final Set<String> NOT_PASSED =
            Set.of("host", "connection", "transfer-encoding", "upgrade", "keep-alive");

    static Http1Text parse(String text) {
        int end = text.indexOf(END) + END.length();
        RawHead head = RawHead.parse(text.substring(0, end));
        String rest = text.substring(end);
        if (!head.has("Transfer-Encoding")) {
            return new Http1Text(head, rest, List.of(), rest);
        }
        StringBuilder body = new StringBuilder();
        int at = 0;
        int size = size(rest, at);
        while (size > 0) {
            int from = rest.indexOf("\r\n", at) + 2;
            body.append(rest, from, from + size);
            at = from + size + 2;
            size = size(rest, at);
        }
        List<RawHead.Field> trailers = new ArrayList<>();
        for (String line : rest.substring(rest.indexOf("\r\n", at) + 2).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                trailers.add(lower(line.substring(0, colon), line.substring(colon + 1)));
            }
        }
        return new Http1Text(head, body.toString(), trailers, rest);
    }

    private static int size(String chunked, int at) {
        return Integer.parseInt(chunked.substring(at, chunked.indexOf("\r\n", at)), 16);
    }

    String status() {
        return head.startLine().split(" ", -1)[1];
    }

    String method() {
        return head.startLine().split(" ", -1)[0];
    }

    String target() {
        return head.startLine().split(" ", -1)[1];
    }

    boolean isInterim() {
        return status().startsWith("1");
    }

    /** Those that HTTP/2 has, in lower case. */
    List<RawHead.Field> passedFields() {
        return head.fields().stream()
                .map(field -> lower(field.name(), field.value()))
                .filter(field -> !NOT_PASSED.contains(field.name()))
                .toList();
    }

    private static RawHead.Field lower(String name, String value) {
        return new RawHead.Field(name.toLowerCase(Locale.ROOT), value.strip());
    }
}

package io.portcullis.doctor;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A response as far as a diagnosis needs it (RFC 9112).
 *
 * @param status 100 to 599
 * @param lines header lines as they came
 * @param body its beginning, framing and all
 */
record HttpAnswer(int status, List<String> lines, String body) {
    private static final int MOST_BYTES = 1 << 19;

    /** Asks for a page over TLS or without. Null where what came is no HTTP; {@code beginning} is told what it was. */
    static @Nullable HttpAnswer get(Patient patient, URI page, StringBuilder beginning) throws IOException {
        try (Line line = Line.dial(patient.address(), patient.port(), patient.patience())) {
            if ("https".equals(page.getScheme())) {
                TlsVisit visit = TlsVisit.shake(line, patient, List.of("http/1.1"));
                if (visit.failure() != null) {
                    beginning.append("the handshake failed: ").append(visit.failure());
                    return null;
                }
            }
            String path = page.getRawPath() == null || page.getRawPath().isEmpty() ? "/" : page.getRawPath();
            String query = page.getRawQuery() == null ? "" : "?" + page.getRawQuery();
            line.send(("GET " + path + query + " HTTP/1.1\r\nHost: " + page.getRawAuthority()
                            + "\r\nUser-Agent: portcullis-doctor\r\nAccept: text/html, */*\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            byte[] bytes = line.rest(MOST_BYTES);
            beginning.append(HelloReply.printable(bytes));
            return parsed(new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }

    static @Nullable HttpAnswer parsed(String text) {
        if (!text.matches("(?s)HTTP/1\\.[01] [1-5][0-9][0-9].*")) {
            return null;
        }
        int end = text.indexOf("\r\n\r\n");
        String head = end < 0 ? text : text.substring(0, end);
        int status = Integer.parseInt(text.substring(9, 12));
        if (status < 200 && end >= 0) {
            return parsed(text.substring(end + 4));
        }
        List<String> lines = List.of(head.split("\r\n", -1));
        return new HttpAnswer(status, lines.subList(1, lines.size()), end < 0 ? "" : text.substring(end + 4));
    }

    /** The body without its chunks (RFC 9112 §7.1), as far as it came. */
    String content() {
        String coding = first("transfer-encoding");
        if (coding == null || !coding.equalsIgnoreCase("chunked")) {
            return body;
        }
        StringBuilder whole = new StringBuilder();
        int at = 0;
        for (int end = body.indexOf("\r\n"); end >= 0; end = body.indexOf("\r\n", at)) {
            String size = body.substring(at, end).split(";", 2)[0].strip();
            int length = size.matches("[0-9A-Fa-f]{1,6}") ? Integer.parseInt(size, 16) : 0;
            int from = end + 2;
            at = from + length + 2;
            if (length == 0 || at > body.length()) {
                break;
            }
            whole.append(body, from, from + length);
        }
        return whole.toString();
    }

    /** Every value of a field. */
    List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                values.add(line.substring(colon + 1).strip());
            }
        }
        return values;
    }

    /** The first value of a field; null where there is none. */
    @Nullable
    String first(String name) {
        List<String> values = all(name);
        return values.isEmpty() ? null : values.getFirst();
    }
}

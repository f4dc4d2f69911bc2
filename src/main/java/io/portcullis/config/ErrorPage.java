package io.portcullis.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A page for error answers ({@code error-pages}, {@code routes[].error-pages}).
 *
 * @param statuses what it is for: statuses ({@code 404}) and classes ({@code 4}, {@code 5})
 * @param file what it was read from
 * @param parts its text: pieces to be taken as they are, and placeholders in turn, beginning with a piece
 */
public record ErrorPage(List<Integer> statuses, Path file, String contentType, List<String> parts) {
    static final List<String> PLACEHOLDERS = List.of("id", "status", "reason", "message");

    public ErrorPage {
        statuses = List.copyOf(statuses);
        parts = List.copyOf(parts);
    }

    /** Cuts a page's text at {@code %{id}} and the like; anything else that looks so is text. */
    static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int mark = text.indexOf("%{"); mark >= 0; mark = text.indexOf("%{", mark + 1)) {
            int end = text.indexOf('}', mark);
            String word = end < 0 ? "" : text.substring(mark + 2, end);
            if (PLACEHOLDERS.contains(word)) {
                parts.add(text.substring(from, mark));
                parts.add(word);
                from = end + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    public boolean isFor(int status) {
        return statuses.contains(status) || statuses.contains(status / 100);
    }

    /** Whether its text is marked up, so that what is put into it must be escaped. */
    public boolean isMarkup() {
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.contains("html") || type.contains("xml");
    }
}

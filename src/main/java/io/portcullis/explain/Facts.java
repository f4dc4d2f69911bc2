package io.portcullis.explain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is told, in order, for two readers: aligned lines for people, one JSON object for programs. */
public final class Facts {
    private sealed interface Value {
        record Text(String text) implements Value {}

        record Texts(List<String> texts) implements Value {}

        record Rows(List<Facts> rows) implements Value {}
    }

    private record Fact(String key, Value value) {}

    private static final int COLUMN = 16;

    private final List<Fact> facts = new ArrayList<>();

    /** One fact; left out where {@code text} is null. */
    public Facts put(String key, @Nullable String text) {
        if (text != null) {
            facts.add(new Fact(key, new Value.Text(text)));
        }
        return this;
    }

    /** Several of a kind; left out where there is none. */
    public Facts put(String key, List<String> texts) {
        if (!texts.isEmpty()) {
            facts.add(new Fact(key, new Value.Texts(List.copyOf(texts))));
        }
        return this;
    }

    /** Several of a kind that have facts of their own. */
    public Facts rows(String key, List<Facts> rows) {
        if (!rows.isEmpty()) {
            facts.add(new Fact(key, new Value.Rows(List.copyOf(rows))));
        }
        return this;
    }

    /** Lines that end in a line feed. Bytes of a client's that are no ASCII print are shown as {@code ?}. */
    public String text() {
        StringBuilder out = new StringBuilder();
        for (Fact fact : facts) {
            String label = fact.key().replace('-', ' ');
            for (String line : lines(fact.value())) {
                out.append(label).append(" ".repeat(Math.max(2, COLUMN - label.length())));
                line.chars().forEach(c -> out.append(c < ' ' || c == 127 ? '?' : (char) c));
                out.append('\n');
                label = "";
            }
        }
        return out.toString();
    }

    private static List<String> lines(Value value) {
        return switch (value) {
            case Value.Text one -> List.of(one.text());
            case Value.Texts several -> several.texts();
            case Value.Rows rows -> rows.rows().stream().map(Facts::inOneLine).toList();
        };
    }

    private String inOneLine() {
        List<String> values = new ArrayList<>();
        facts.forEach(fact -> values.addAll(lines(fact.value())));
        return String.join("  ", values);
    }

    /** One JSON object, without a line feed. */
    public String json() {
        List<String> members = new ArrayList<>();
        for (Fact fact : facts) {
            members.add(quoted(fact.key()) + ":" + json(fact.value()));
        }
        return "{" + String.join(",", members) + "}";
    }

    private static String json(Value value) {
        return switch (value) {
            case Value.Text one -> quoted(one.text());
            case Value.Texts several ->
                "["
                        + String.join(
                                ",", several.texts().stream().map(Facts::quoted).toList()) + "]";
            case Value.Rows rows ->
                "[" + String.join(",", rows.rows().stream().map(Facts::json).toList()) + "]";
        };
    }

    /** A JSON string (RFC 8259 §7). */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 127) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}

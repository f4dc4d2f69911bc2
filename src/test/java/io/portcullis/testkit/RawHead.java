package io.portcullis.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A start line and its fields as they stood on the wire.
 *
 * @param raw every byte through the empty line, Latin-1
 * @param startLine without CRLF
 * @param fields in order, names as written
 */
public record RawHead(String raw, String startLine, List<Field> fields) {
    /**
     * One field line.
     *
     * @param name as written
     * @param value without surrounding white space
     */
    public record Field(String name, String value) {
        static Field parse(String line) {
            int colon = line.indexOf(':');
            return colon < 0
                    ? new Field(line, "")
                    : new Field(
                            line.substring(0, colon), line.substring(colon + 1).strip());
        }

        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    static RawHead parse(String raw) {
        List<String> lines = raw.lines().toList();
        return new RawHead(raw, lines.getFirst(), fields(lines.subList(1, lines.size())));
    }

    static List<Field> fields(List<String> lines) {
        List<Field> fields = new ArrayList<>();
        for (String line : lines) {
            if (!line.isEmpty()) {
                fields.add(Field.parse(line));
            }
        }
        return List.copyOf(fields);
    }

    /** The first value of {@code name}, in any case; null where the field is absent. */
    public @Nullable String value(String name) {
        List<String> values = values(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    /** Every value of {@code name}, in any case, one per field line. */
    public List<String> values(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    public boolean has(String name) {
        return !values(name).isEmpty();
    }

    /** Whether {@code token} stands in the comma list of {@code name}. */
    boolean lists(String name, String token) {
        return List.of(String.join(",", values(name)).toLowerCase(Locale.ROOT).split("\\s*,\\s*", -1))
                .contains(token);
    }
}

package io.portcullis.config;

import java.util.ArrayList;
import java.util.List;

/**
 * What a route changes in the header fields that go one way ({@code routes[].request-headers}, {@code routes[].response-headers}): first
 * some are removed, then some set in place of all of their name, then some added.
 *
 * @param remove names, whatever their spelling
 */
public record FieldEdits(List<String> remove, List<Line> set, List<Line> add) {
    /** Changes nothing. */
    public static final FieldEdits NONE = new FieldEdits(List.of(), List.of(), List.of());

    /** A field to send. */
    public record Line(String name, FieldValue value) {
        /** As it stands in a message, variables as they are written. */
        @Override
        public String toString() {
            return name + ": " + value;
        }
    }

    public FieldEdits {
        remove = List.copyOf(remove);
        set = List.copyOf(set);
        add = List.copyOf(add);
    }

    public boolean isEmpty() {
        return remove.isEmpty() && set.isEmpty() && add.isEmpty();
    }

    /** Each change in words: {@code - Server}, {@code = X-A: b}, {@code + X-C: d}. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        remove.forEach(name -> texts.add("- " + name));
        set.forEach(line -> texts.add("= " + line));
        add.forEach(line -> texts.add("+ " + line));
        return texts;
    }
}

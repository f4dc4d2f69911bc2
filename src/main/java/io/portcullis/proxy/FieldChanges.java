package io.portcullis.proxy;

import io.portcullis.config.FieldEdits;
import io.portcullis.config.FieldValue;
import io.portcullis.http.ClaimedNames;
import io.portcullis.http.Fields;
import io.portcullis.http.Spellings;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a route changes in the fields of a head: removes, then sets, then adds. Safe for any thread. */
public final class FieldChanges {
    private final FieldEdits edits;
    private final ClaimedNames claimed;

    private FieldChanges(FieldEdits edits) {
        this.edits = edits;
        this.claimed = ClaimedNames.of(
                Stream.concat(edits.remove().stream(), edits.set().stream().map(FieldEdits.Line::name))
                        .toList());
    }

    /** Null where nothing is changed. */
    static @Nullable FieldChanges of(FieldEdits edits) {
        return edits.isEmpty() ? null : new FieldChanges(edits);
    }

    /** What is removed or set, and so must not come after the body either. */
    ClaimedNames claimed() {
        return claimed;
    }

    /**
     * Changes {@code fields}. What is set or removed is so in every spelling that a backend may take for the name; what comes out empty
     * is left out.
     *
     * @param known asked only where a value has variables
     */
    void apply(Fields fields, Supplier<Known> known) {
        for (String name : edits.remove()) {
            Spellings.remove(fields, name);
        }
        for (FieldEdits.Line line : edits.set()) {
            Spellings.remove(fields, line.name());
        }
        edits.set().forEach(line -> add(fields, line, known));
        edits.add().forEach(line -> add(fields, line, known));
    }

    private static void add(Fields fields, FieldEdits.Line line, Supplier<Known> known) {
        FieldValue value = line.value();
        String text = value.isFixed() ? value.toString() : value.text(known.get()::text);
        if (value.isFixed() || !text.isEmpty()) {
            fields.addKept(line.name(), text);
        }
    }
}

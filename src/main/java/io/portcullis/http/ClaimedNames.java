package io.portcullis.http;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Names of fields that the operator has us set, beside those of {@link FieldNames}: whatever a client sends by them, in any spelling
 * that a backend might take for them, is removed (rules I01 and I04).
 */
public final class ClaimedNames {
    public static final ClaimedNames NONE = new ClaimedNames(Set.of());

    private final Set<String> canonical;

    private ClaimedNames(Set<String> canonical) {
        this.canonical = canonical;
    }

    public static ClaimedNames of(Collection<String> names) {
        Set<String> canonical = new HashSet<>();
        names.forEach(name -> canonical.add(FieldNames.canonical(name)));
        return canonical.isEmpty() ? NONE : new ClaimedNames(Set.copyOf(canonical));
    }

    public boolean isEmpty() {
        return canonical.isEmpty();
    }

    public boolean has(CharSequence name) {
        return canonical.contains(FieldNames.canonical(name));
    }

    /** Both together. */
    ClaimedNames and(ClaimedNames other) {
        if (canonical.containsAll(other.canonical)) {
            return this;
        }
        Set<String> both = new HashSet<>(canonical);
        both.addAll(other.canonical);
        return new ClaimedNames(both);
    }

    /** Removes from {@code fields} what is claimed. */
    void strip(Fields fields) {
        for (int i = fields.size() - 1; i >= 0; i--) {
            String name = fields.name(i);
            if (has(name)) {
                fields.remove(name);
                // More than one may have gone.
                i = fields.size();
            }
        }
    }
}

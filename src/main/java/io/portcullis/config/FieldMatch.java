package io.portcullis.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A condition on one named value of a request: a header field, a query parameter, a cookie.
 *
 * @param name of a header field in lower case
 * @param kind what is asked of it
 * @param value what it must be exactly; empty for the other kinds
 * @param regex what all of it must match; null for the other kinds
 */
public record FieldMatch(String name, Kind kind, String value, @Nullable Regex regex) {
    /** What may be asked. */
    public enum Kind {
        PRESENT,
        ABSENT,
        EXACT,
        REGEX
    }

    /** Whether a request that has {@code found} (null: nothing of that name) meets it. */
    public boolean holds(@Nullable String found) {
        return switch (kind) {
            case PRESENT -> found != null;
            case ABSENT -> found == null;
            case EXACT -> value.equals(found);
            case REGEX -> found != null && Objects.requireNonNull(regex).matches(found);
        };
    }

    /** Whether every request that meets {@code other} meets this, as far as the two texts show it. */
    boolean isImpliedBy(FieldMatch other) {
        if (!name.equals(other.name)) {
            return false;
        }
        return equals(other)
                || kind == Kind.PRESENT && other.kind != Kind.ABSENT
                || kind == Kind.REGEX && other.kind == Kind.EXACT && holds(other.value);
    }

    /** As it is written. */
    @Override
    public String toString() {
        return switch (kind) {
            case PRESENT -> name;
            case ABSENT -> "! " + name;
            case EXACT -> name + " = " + value;
            case REGEX -> name + " ~ " + regex;
        };
    }
}

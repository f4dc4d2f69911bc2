package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counters of one name for tag values that are known only when they occur, and never more than {@link #MOST} of them.
 *
 * <p>Safe for any thread: finding a counter reads one immutable array; adding one copies it under a lock. Nothing is allocated for
 * values seen before.
 */
final class TaggedCounters {
    /** Combinations of values; what comes after them is counted as {@code other}. */
    static final int MOST = 128;

    private static final String OTHER = "other";
    private static final int LONGEST_VALUE = 64;

    private record Row(Counter counter, List<String> values) {}

    private final MeterGroup group;
    private final MeterName name;
    private volatile Row[] rows = {};

    TaggedCounters(MeterGroup group, MeterName name) {
        this.group = group;
        this.name = name;
    }

    /** Makes the counter known ahead, at 0. */
    void register(String value) {
        added(value);
    }

    void increment(@Nullable String value) {
        Row[] seen = rows;
        for (Row row : seen) {
            if (row.values.get(0).equals(value)) {
                row.counter.increment();
                return;
            }
        }
        added(value).increment();
    }

    void increment(@Nullable String first, @Nullable String second) {
        Row[] seen = rows;
        for (Row row : seen) {
            if (row.values.get(0).equals(first) && row.values.get(1).equals(second)) {
                row.counter.increment();
                return;
            }
        }
        added(first, second).increment();
    }

    void increment(@Nullable String first, @Nullable String second, @Nullable String third, String fourth) {
        Row[] seen = rows;
        for (Row row : seen) {
            if (row.values.get(0).equals(first)
                    && row.values.get(1).equals(second)
                    && row.values.get(2).equals(third)
                    && row.values.get(3).equals(fourth)) {
                row.counter.increment();
                return;
            }
        }
        added(first, second, third, fourth).increment();
    }

    private synchronized Counter added(@Nullable String... raw) {
        String[] values = new String[raw.length];
        for (int i = 0; i < raw.length; i++) {
            values[i] = bounded(raw[i]);
        }
        if (rows.length >= MOST) {
            Arrays.fill(values, OTHER);
        }
        List<String> list = List.of(values);
        for (Row row : rows) {
            if (row.values.equals(list)) {
                return row.counter;
            }
        }
        Row row = new Row(group.counter(name, values), list);
        Row[] more = Arrays.copyOf(rows, rows.length + 1);
        more[rows.length] = row;
        rows = more;
        return row.counter;
    }

    /** Words of our own and of the TLS library pass; whatever else there may be does not get into a label. */
    private static String bounded(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "none";
        }
        if (value.length() > LONGEST_VALUE) {
            return OTHER;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!word && c != '_' && c != '-' && c != '.') {
                return OTHER;
            }
        }
        return value;
    }
}

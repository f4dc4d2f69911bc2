package io.portcullis.admin;

import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A JSON object that grows member by member (RFC 8259). Not for several threads. */
public final class Json {
    private final StringBuilder text = new StringBuilder("{");

    /** A text; {@code null} where there is none. */
    public Json put(String name, @Nullable String value) {
        return raw(name, value == null ? "null" : quoted(value));
    }

    /** A number, with three digits behind the point where it needs them; {@code null} where it is none (NaN, infinite). */
    public Json put(String name, double value) {
        return raw(name, number(value));
    }

    /** A whole number. */
    public Json put(String name, long value) {
        return raw(name, Long.toString(value));
    }

    public Json put(String name, boolean value) {
        return raw(name, Boolean.toString(value));
    }

    /** An object or a list that is written already. */
    public Json raw(String name, String json) {
        text.append(text.length() == 1 ? "" : ",")
                .append(quoted(name))
                .append(':')
                .append(json);
        return this;
    }

    /** A time, as ISO 8601 writes it; {@code null} where there is none. */
    public Json put(String name, @Nullable Instant at) {
        return put(name, at == null ? null : at.toString());
    }

    /** An object within it; {@code null} where there is none. */
    public Json put(String name, @Nullable Json object) {
        return raw(name, object == null ? "null" : object.toString());
    }

    /** A list of objects. */
    public Json list(String name, Collection<Json> objects) {
        return raw(name, objects.stream().map(Json::toString).collect(Collectors.joining(",", "[", "]")));
    }

    /** A list of texts. */
    public Json texts(String name, Collection<String> texts) {
        return raw(name, texts.stream().map(Json::quoted).collect(Collectors.joining(",", "[", "]")));
    }

    /** The object as text, without a line feed. */
    @Override
    public String toString() {
        return text + "}";
    }

    private static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "null";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    /** Also fit for a page: {@code <} is written as an escape. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == '<' || (c >= 127 && c < 160) || c == '\u2028' || c == '\u2029') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}

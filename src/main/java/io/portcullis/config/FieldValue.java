package io.portcullis.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The value of a header field as the operator writes it: text, and variables {@code %{name}} that each request fills.
 *
 * @param parts in order
 */
public record FieldValue(List<Part> parts) {
    /** What a request is known by. */
    public enum Variable {
        /** The client's address as far as trusted proxies vouch for it. */
        CLIENT_ADDRESS("client-address"),
        /** {@code http} or {@code https}, as the client came. */
        SCHEME("scheme"),
        /** Host and port as the client asked for them. */
        HOST("host"),
        METHOD("method"),
        /** The path that the route was found by. */
        PATH("path"),
        /** Without its question mark; empty where there is none. */
        QUERY("query"),
        /** The exchange's id, as in {@code X-Request-Id} and in the log. */
        ID("id"),
        /** The route's name. */
        ROUTE("route"),
        /** The name in the TLS handshake; empty where there is none. */
        SNI("sni"),
        /** {@code TLSv1.3} and the like; empty for plain HTTP. */
        TLS_VERSION("tls-version"),
        /** The name of the cipher suite; empty for plain HTTP. */
        TLS_CIPHER("tls-cipher");

        private final String word;

        Variable(String word) {
            this.word = word;
        }

        static @Nullable Variable of(String word) {
            return Stream.of(values())
                    .filter(each -> each.word.equals(word))
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * A piece of it.
     *
     * @param text to be taken as it is; empty where {@code variable} is not null
     */
    public record Part(String text, @Nullable Variable variable) {}

    public FieldValue {
        parts = List.copyOf(parts);
    }

    static FieldValue of(String text) throws Refusal {
        if (!text.chars().allMatch(c -> c >= ' ' && c < 127)) {
            throw new Refusal(
                    "the value has a character that is no visible ASCII, and could end the header line or be misread",
                    "write visible ASCII; encode the rest as the field's own rules say");
        }
        List<Part> parts = new ArrayList<>();
        int at = 0;
        for (int mark = text.indexOf("%{"); mark >= 0; mark = text.indexOf("%{", at)) {
            if (mark > at) {
                parts.add(new Part(text.substring(at, mark), null));
            }
            int end = text.indexOf('}', mark);
            String word = end < 0 ? text.substring(mark + 2) : text.substring(mark + 2, end);
            Variable variable = end < 0 ? null : Variable.of(word);
            if (variable == null) {
                List<String> known =
                        Stream.of(Variable.values()).map(each -> each.word).toList();
                throw new Refusal("there is no variable \"" + word + "\"", Spelling.suggestion(word, known));
            }
            parts.add(new Part("", variable));
            at = end + 1;
        }
        if (at < text.length() || parts.isEmpty()) {
            parts.add(new Part(text.substring(at), null));
        }
        return new FieldValue(parts);
    }

    /** Whether it is the same for every request. */
    public boolean isFixed() {
        return parts.stream().allMatch(part -> part.variable() == null);
    }

    /** The text for one request. */
    public String text(Function<Variable, String> known) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            Variable variable = part.variable();
            text.append(variable == null ? part.text() : known.apply(variable));
        }
        return text.toString();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return parts.stream()
                .map(part -> part.variable() == null ? part.text() : "%{" + part.variable().word + "}")
                .collect(Collectors.joining());
    }
}

package io.portcullis.config;

import io.portcullis.config.FieldMatch.Kind;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a route's {@code match}. */
final class MatchReader {
    private static final Pattern CONDITION = Pattern.compile("(!)?\\s*([^\\s=]+)(?:\\s*(=)\\s*(.*)|\\s+(~)\\s*(.*))?");
    private static final List<String> NEVER_ROUTED = List.of("CONNECT", "TRACE");

    private MatchReader() {}

    static MatchConfig read(Node node) {
        MatchConfig match = new MatchConfig(
                node.each("methods", MatchReader::method),
                node.each("headers", MatchReader::header),
                node.each("query", MatchReader::condition),
                node.each("cookies", MatchReader::cookie),
                node.each("clients", IpAddresses::range));
        node.finish();
        return match;
    }

    static String method(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (!Labels.isToken(text)) {
            throw new Refusal("expected a method, found \"" + text + "\"", "write for example methods = [GET, HEAD]");
        }
        if (NEVER_ROUTED.contains(text)) {
            throw new Refusal(text + " is never routed: it is answered 405", "remove it");
        }
        if (!text.equals(text.toUpperCase(Locale.ROOT))) {
            throw new Refusal(
                    "expected a method, found \"" + text + "\": methods are told apart by case (RFC 9110 §9.1)",
                    "did you mean " + text.toUpperCase(Locale.ROOT) + "?");
        }
        return text;
    }

    private static FieldMatch header(Setting setting) throws Refusal {
        FieldMatch read = condition(setting);
        if (!Labels.isToken(read.name())) {
            throw new Refusal("\"" + read.name() + "\" is no name of a header field (RFC 9110 §5.1)", example());
        }
        String remedy = HeaderNames.remedyForMatch(read.name());
        if (remedy != null) {
            throw new Refusal("no route can be told by the field " + read.name(), remedy);
        }
        return new FieldMatch(read.name().toLowerCase(Locale.ROOT), read.kind(), read.value(), read.regex());
    }

    private static FieldMatch cookie(Setting setting) throws Refusal {
        FieldMatch read = condition(setting);
        if (!Labels.isToken(read.name())) {
            throw new Refusal("\"" + read.name() + "\" is no name of a cookie (RFC 6265 §4.1.1)", example());
        }
        return read;
    }

    private static FieldMatch condition(Setting setting) throws Refusal {
        String text = setting.text().strip();
        Matcher parts = CONDITION.matcher(text);
        if (!parts.matches() || parts.group(1) != null && (parts.group(3) != null || parts.group(5) != null)) {
            throw new Refusal("expected a condition, found \"" + text + "\"", example());
        }
        String name = parts.group(2);
        if (parts.group(1) != null) {
            return new FieldMatch(name, Kind.ABSENT, "", null);
        }
        if (parts.group(3) != null) {
            return new FieldMatch(name, Kind.EXACT, parts.group(4), null);
        }
        return parts.group(5) != null
                ? new FieldMatch(name, Kind.REGEX, "", Regex.of(parts.group(6)))
                : new FieldMatch(name, Kind.PRESENT, "", null);
    }

    private static String example() {
        return "write \"NAME\" (it is there), \"! NAME\" (it is not), \"NAME = VALUE\" or \"NAME ~ REGEX\" (all of it matches)";
    }
}

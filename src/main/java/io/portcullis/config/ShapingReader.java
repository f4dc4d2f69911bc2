package io.portcullis.config;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a route changes in what passes. */
final class ShapingReader {
    private static final Pattern GROUP = Pattern.compile("\\$(\\d?)");

    private static final ValueReader<Duration> TIMEOUT = Units.duration(Duration.ofMillis(1), Duration.ofDays(1));

    private static final ValueReader<Boolean> BACKEND_ERRORS = Units.choice(Map.of("pass", false, "replace", true));

    private ShapingReader() {}

    /**
     * @param path the route's
     * @param timeouts the route's, its own readers having been there before
     */
    static ShapingConfig read(Node node, String path, Node timeouts) {
        return new ShapingConfig(
                FieldEditsReader.read(node.block("request-headers")),
                FieldEditsReader.read(node.block("response-headers")),
                rewrite(node.block("rewrite"), path),
                limits(node.block("limits"), timeouts),
                ErrorPageReader.read(node),
                node.value("backend-errors", BACKEND_ERRORS),
                mirror(node.optionalBlock("mirror")));
    }

    private static @Nullable MirrorConfig mirror(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        String upstream = node.required("upstream", "the name of an upstream", "upstream = shadow", Labels::name);
        MirrorConfig mirror = new MirrorConfig(
                upstream == null ? "" : upstream,
                node.value("share", Units.percent(1, 100)),
                node.each("methods", MatchReader::method),
                node.value("max-in-flight", Units.integer(1, 10_000)),
                Math.toIntExact(node.value("max-body", Units.size(1, 16L * 1024 * 1024))));
        node.finish();
        return upstream == null ? null : mirror;
    }

    private static RouteLimits limits(Node node, Node timeouts) {
        Duration firstByte = timeouts.optional("first-byte", TIMEOUT);
        Duration idleBody = timeouts.optional("idle-body", TIMEOUT);
        timeouts.finish();
        RouteLimits limits = new RouteLimits(
                node.value("request-body", Units.or("off", Limits.UNLIMITED, Units.size(1, Limits.UNLIMITED))),
                Objects.requireNonNullElse(firstByte, Duration.ZERO),
                Objects.requireNonNullElse(idleBody, Duration.ZERO));
        node.finish();
        return limits;
    }

    private static PathChange rewrite(Node node, String path) {
        String strip = orEmpty(node.optional("strip-prefix", ShapingReader::prefix));
        String add = orEmpty(node.optional("add-prefix", ShapingReader::prefix));
        Regex regex = node.optional("regex", setting -> Regex.of(setting.text().strip()));
        String to = orEmpty(node.optional("to", setting -> setting.text().strip()));
        if (!strip.isEmpty() && !(path + "/").startsWith(strip + "/") && !node.isTemplate()) {
            node.error(
                    "strip-prefix",
                    "the route's path is " + path + ", and not every path of it begins with " + strip,
                    "strip what the route's path begins with, or give the route path = \"" + strip + "/\"");
        }
        if (node.isWritten("regex") != node.isWritten("to")) {
            node.error(
                    node.isWritten("to") ? "to" : "regex",
                    "regex and to go together",
                    "write both: the path, and what becomes of it");
        } else if (regex != null) {
            check(node, regex, to);
        }
        node.finish();
        return new PathChange(strip, add, regex, regex == null ? "" : to);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static void check(Node node, Regex regex, String to) {
        Matcher group = GROUP.matcher(to);
        while (group.find()) {
            if (group.group(1).isEmpty() || group.group(1).charAt(0) - '0' > regex.groups()) {
                node.error(
                        "to",
                        "\"" + group.group() + "\" stands for no group of regex, which has " + regex.groups(),
                        "write $1 and the like, up to $" + regex.groups());
                return;
            }
        }
        String plain = GROUP.matcher(to).replaceAll("x");
        if (!plain.startsWith("/") && !to.startsWith("$") || !RouteReader.isPath("/" + plain) || to.contains("\\")) {
            node.error(
                    "to",
                    "expected a path, found \"" + to + "\"",
                    "begin with / or a group, and percent-encode what RFC 3986 does not allow; the query stays as it is");
        }
    }

    private static String prefix(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (text.length() < 2 || text.endsWith("/")) {
            throw new Refusal(
                    "expected whole segments such as \"/api\", found \"" + text + "\"",
                    "begin with a slash, and do not end with one");
        }
        RouteReader.path(setting);
        return text;
    }
}

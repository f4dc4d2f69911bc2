package io.portcullis.config;

import io.portcullis.config.RouteConfig.Action;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code routes}; one that names several hosts becomes as many records. */
final class RouteReader {
    private static final ValueReader<Duration> TOTAL =
            Units.or("off", Duration.ZERO, Units.duration(Duration.ofMillis(1), Duration.ofDays(1)));
    private static final int LONGEST_NAME = 128;

    /** RFC 3986 §3.3: what a path may be made of. */
    private static final Pattern PATH = Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*");

    /** What backends read in more than one way, so that no route can be told by it. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?i);|%(?:2f|5c|3b|00)");

    /** What no path has in its normal form (RFC 3986 §6.2.2). */
    private static final Pattern NOT_NORMAL =
            Pattern.compile("%(?:[a-f][0-9A-Fa-f]|[0-9A-F][a-f]|2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)");

    private RouteReader() {}

    static List<RouteConfig> read(int index, Node node) {
        List<@Nullable String> hosts = new ArrayList<>(node.each("host", HostNames::pattern));
        if (node.isEmptyList("host")) {
            node.error(
                    "host", "an empty list matches no host", "name a host, or leave the key out to match every host");
        }
        boolean everyHost = !node.isWritten("host");
        String path = node.value("path", RouteReader::path);
        String label = node.optional("name", Labels::label);
        MatchConfig match = MatchReader.read(node.block("match"));
        PathPolicy policy = PathPolicyReader.read(node.block("path-policy"));
        Node timeouts = node.block("timeouts");
        Duration total = timeouts.value("total", TOTAL);
        ShapingConfig shaping = ShapingReader.read(node, path, timeouts);
        Action action = ActionReader.read(node);
        node.finish();
        if (action == null) {
            return List.of();
        }
        if (everyHost) {
            hosts.add(null);
        }
        String name = label != null ? label : name(hosts.isEmpty() ? null : hosts.getFirst(), path, match);
        List<RouteConfig> routes = new ArrayList<>();
        for (String host : hosts) {
            routes.add(new RouteConfig(index, name, host, path, match, policy, total, shaping, action, node.where()));
        }
        return routes;
    }

    /** What it matches, as far as a label holds that. */
    private static String name(@Nullable String host, String path, MatchConfig match) {
        String conditions = match.toString().replace('"', '\'');
        String whole = Objects.requireNonNullElse(host, "") + path + (conditions.isEmpty() ? "" : " " + conditions);
        return whole.substring(0, Math.min(whole.length(), LONGEST_NAME));
    }

    static boolean isPath(String text) {
        return PATH.matcher(text).matches();
    }

    static String path(Setting setting) throws Refusal {
        String text = setting.text();
        String expected = "expected a path, found \"" + text + "\"";
        if (!text.startsWith("/")) {
            throw new Refusal(expected, "a path begins with /");
        }
        if (text.contains("?") || text.contains("#")) {
            throw new Refusal(expected, "query and fragment take no part in matching; write the path alone");
        }
        if (text.endsWith("*")) {
            throw new Refusal(expected, "a path that ends in / is a prefix; write no *");
        }
        if (!PATH.matcher(text).matches()) {
            throw new Refusal(expected, "percent-encode other characters than RFC 3986 allows in a path");
        }
        if ((text + "/").contains("/./") || (text + "/").contains("/../")) {
            throw new Refusal(expected, "write the path without . and .. segments: requests are matched without them");
        }
        if (text.contains("//")) {
            throw new Refusal(expected, "write single slashes");
        }
        if (AMBIGUOUS.matcher(text).find()) {
            throw new Refusal(
                    expected, "write it without ; and encoded slashes: what becomes of these is said by path-policy");
        }
        if (NOT_NORMAL.matcher(text).find()) {
            throw new Refusal(
                    expected,
                    "requests are matched with letters, digits, -, ., _ and ~ decoded, and other triplets in upper case;"
                            + " write it so");
        }
        return text;
    }
}

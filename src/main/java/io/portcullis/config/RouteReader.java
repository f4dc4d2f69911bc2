package io.portcullis.config;

import io.portcullis.config.RouteConfig.Action;
import io.portcullis.config.RouteConfig.Forward;
import io.portcullis.config.RouteConfig.Redirect;
import io.portcullis.config.RouteConfig.Respond;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one entry of {@code routes}; one that names several hosts becomes as many records. */
final class RouteReader {
    private static final List<String> ACTIONS = List.of("upstream", "redirect", "respond");
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
    private static final ValueReader<Duration> TOTAL =
            Units.or("off", Duration.ZERO, Units.duration(Duration.ofMillis(1), Duration.ofDays(1)));
    private static final int LONGEST_NAME = 128;
    private static final int MAX_BODY = 65_536;

    /** RFC 3986 §3.3: what a path may be made of. */
    private static final Pattern PATH = Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*");

    /** What backends read in more than one way, so that no route can be told by it. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?i);|%(?:2f|5c|3b|00)");

    /** What no path has in its normal form (RFC 3986 §6.2.2). */
    private static final Pattern NOT_NORMAL =
            Pattern.compile("%(?:[a-f][0-9A-Fa-f]|[0-9A-F][a-f]|2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)");

    /** A path or an http(s) URL with at least a host; nothing that could end a header line. */
    private static final Pattern TARGET =
            Pattern.compile("(?:https?://[A-Za-z0-9.\\[\\]:-]+(?:/[\\x21-\\x7e]*)?|/(?!/)[\\x21-\\x7e]*)");

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
        Duration total = totalTimeout(node.block("timeouts"));
        ShapingConfig shaping = ShapingReader.read(node, path);
        Action action = action(node);
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

    private static Duration totalTimeout(Node node) {
        Duration total = node.value("total", TOTAL);
        node.finish();
        return total;
    }

    private static @Nullable Action action(Node node) {
        List<String> chosen = ACTIONS.stream().filter(node::isWrittenHere).toList();
        if (chosen.isEmpty()) {
            chosen = ACTIONS.stream().filter(node::isWritten).toList();
        }
        if (node.isTemplate()) {
            ACTIONS.forEach(key -> act(node, key));
            return null;
        }
        if (chosen.isEmpty()) {
            node.error(
                    "",
                    "the route does nothing",
                    "write one of upstream = name, redirect { to = … }, respond { status = … }");
            return null;
        }
        if (chosen.size() > 1) {
            node.error(
                    chosen.get(1),
                    "the route already has " + chosen.getFirst() + ", and can do only one thing",
                    "keep one of " + String.join(", ", chosen));
        }
        List<@Nullable Action> actions = new ArrayList<>();
        chosen.forEach(key -> actions.add(act(node, key)));
        return actions.getFirst();
    }

    private static @Nullable Action act(Node node, String key) {
        return switch (key) {
            case "upstream" -> {
                String upstream = node.optional("upstream", Labels::name);
                yield upstream == null ? null : new Forward(upstream);
            }
            case "redirect" -> redirect(node.optionalBlock("redirect"));
            default -> respond(node.optionalBlock("respond"));
        };
    }

    private static @Nullable Action redirect(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        String to = node.required("to", "a path or a URL", "to = \"/new/\"", RouteReader::target);
        int status = node.value("status", Units.oneOf(REDIRECTS));
        node.finish();
        return to == null ? null : new Redirect(to, status);
    }

    private static @Nullable Action respond(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        int status = node.value("status", Units.integer(200, 599));
        String body = node.value("body", RouteReader::body);
        String type = node.value("content-type", Labels::mediaType);
        if (!body.isEmpty() && (status == 204 || status == 205 || status == 304)) {
            node.error("body", "a response with status " + status + " has no body (RFC 9110 §15)", "remove the body");
        }
        node.finish();
        return new Respond(status, body, type);
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

    private static String target(Setting setting) throws Refusal {
        String text = setting.text();
        if (text.chars().anyMatch(c -> c < ' ' || c == 127)) {
            throw new Refusal("the target has a control character, which could end the header line", "remove it");
        }
        if (text.startsWith("//")) {
            throw new Refusal(
                    "the target \"" + text + "\" leads to another host", "write the scheme too: https:" + text);
        }
        if (!TARGET.matcher(text).matches()) {
            throw new Refusal(
                    "expected a path or an http(s) URL, found \"" + text + "\"",
                    "write \"/new/\" or \"https://example.com/\"; percent-encode spaces and letters beyond ASCII");
        }
        return text;
    }

    private static String body(Setting setting) throws Refusal {
        String text = setting.text();
        if (text.length() > MAX_BODY) {
            throw new Refusal(
                    "the body has " + text.length() + " characters, at most " + MAX_BODY + " are served",
                    "serve it from a backend");
        }
        return text;
    }
}

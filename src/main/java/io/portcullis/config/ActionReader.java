package io.portcullis.config;

import io.portcullis.config.RouteConfig.Action;
import io.portcullis.config.RouteConfig.Forward;
import io.portcullis.config.RouteConfig.KeepPath;
import io.portcullis.config.RouteConfig.Redirect;
import io.portcullis.config.RouteConfig.Respond;
import io.portcullis.config.RouteConfig.Share;
import io.portcullis.config.RouteConfig.Split;
import io.portcullis.config.RouteConfig.SplitBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a route does with a request. */
final class ActionReader {
    private static final List<String> ACTIONS = List.of("upstream", "split", "redirect", "respond");
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
    private static final Map<String, KeepPath> KEEP_PATH =
            Map.of("rest", KeepPath.REST, "whole", KeepPath.WHOLE, "off", KeepPath.OFF);
    private static final int MAX_BODY = 65_536;
    private static final int MOST_WEIGHT = 10_000;

    /** A path or an http(s) URL with at least a host; nothing that could end a header line. */
    private static final Pattern TARGET =
            Pattern.compile("(?:https?://[A-Za-z0-9.\\[\\]:-]+(?:/[\\x21-\\x7e]*)?|/(?!/)[\\x21-\\x7e]*)");

    private ActionReader() {}

    /** Null where it is none, which is then a noted problem. */
    static @Nullable Action read(Node node) {
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
                    "write one of upstream = name, split = [ … ], redirect { to = … }, respond { status = … }");
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
            case "split" -> split(node);
            case "redirect" -> redirect(node.optionalBlock("redirect"));
            default -> respond(node.optionalBlock("respond"));
        };
    }

    /** One share of {@code split}; without a name where that is missing. */
    static Share share(Node node) {
        String upstream = node.required("upstream", "the name of an upstream", "upstream = app", Labels::name);
        Share share = new Share(upstream == null ? "" : upstream, node.value("weight", Units.integer(0, MOST_WEIGHT)));
        node.finish();
        return share;
    }

    private static @Nullable Action split(Node node) {
        List<Share> shares = node.blockList("split", "defaults.share").stream()
                .map(ActionReader::share)
                .toList();
        SplitKey by = node.value("split-by", ActionReader::splitKey);
        if (!node.isTemplate() && shares.stream().mapToInt(Share::weight).sum() == 0) {
            node.error("split", "nobody has a share", "give at least one upstream a weight of 1 or more");
            return null;
        }
        return new Split(shares, by.by, by.name);
    }

    private record SplitKey(SplitBy by, String name) {}

    private static SplitKey splitKey(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (text.equals("client-address")) {
            return new SplitKey(SplitBy.CLIENT_ADDRESS, "");
        }
        int space = text.indexOf(' ');
        String name = text.substring(space + 1).strip();
        String kind = space > 0 && Labels.isToken(name) ? text.substring(0, space) : "";
        if (kind.equals("header")) {
            return new SplitKey(SplitBy.HEADER, name.toLowerCase(Locale.ROOT));
        }
        if (kind.equals("cookie")) {
            return new SplitKey(SplitBy.COOKIE, name);
        }
        throw new Refusal(
                "expected what requests are told apart by, found \"" + text + "\"",
                "write client-address, \"header X-User\" or \"cookie group\"");
    }

    private static @Nullable Action redirect(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        String to = node.required("to", "a path or a URL", "to = \"/new/\"", ActionReader::target);
        int status = node.value("status", Units.oneOf(REDIRECTS));
        KeepPath keepPath = node.value("keep-path", Units.choice(KEEP_PATH));
        boolean keepQuery = node.value("keep-query", Units::flag);
        if (to != null && keepPath == KeepPath.WHOLE && to.contains("?")) {
            node.error(
                    "keep-path",
                    "the path cannot follow the query of " + to,
                    "remove the query, or write keep-path = off");
        }
        node.finish();
        return to == null ? null : new Redirect(to, status, keepPath, keepQuery);
    }

    private static @Nullable Action respond(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        int status = node.value("status", Units.integer(200, 599));
        String body = node.value("body", ActionReader::body);
        TextFile file = node.optional("file", TextFile::read);
        String type = node.value("content-type", Labels::mediaType);
        List<FieldEdits.Line> headers = FieldEditsReader.lines(node, "headers");
        if (!body.isEmpty() && node.isWritten("file")) {
            node.error("file", "the route already has a body", "keep one of body, file");
        }
        boolean bodiless = status == 204 || status == 205 || status == 304;
        if (bodiless && (!body.isEmpty() || node.isWritten("file"))) {
            node.error(
                    body.isEmpty() ? "file" : "body",
                    "a response with status " + status + " has no body (RFC 9110 §15)",
                    "remove the body");
        }
        node.finish();
        return new Respond(status, file == null ? body : file.text(), type, headers, file == null ? null : file.path());
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
                    "write file = …, or serve it from a backend");
        }
        return text;
    }
}

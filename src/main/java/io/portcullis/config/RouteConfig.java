package io.portcullis.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code routes}: what it matches and what it does.
 *
 * @param index its place in the list, from 0
 * @param name the label in meters and log; {@code host + path} where none is given
 * @param host an exact name ({@code example.com}), a wildcard for one label ({@code *.example.com}), or null for every host;
 *     lower case, no trailing dot, no port
 * @param path a prefix where it ends in {@code /}, else exactly this path; {@code /} matches every path. In normal form, and
 *     itself readable in one way only
 * @param match what else a request must be like
 * @param pathPolicy what becomes of paths that can be read in several ways
 * @param totalTimeout from a request's head to its response's last byte, 1 ms to 1 d; then 504, or the exchange is cut; zero for
 *     {@code off}
 * @param shaping what is changed in what passes
 */
public record RouteConfig(
        int index,
        String name,
        @Nullable String host,
        String path,
        MatchConfig match,
        PathPolicy pathPolicy,
        Duration totalTimeout,
        ShapingConfig shaping,
        Action action,
        SourceLine where) {

    /** What a route does with a request. */
    public sealed interface Action permits Forward, Split, Redirect, Respond {}

    /** Sends it to an upstream. */
    public record Forward(String upstream) implements Action {}

    /** What tells the clients of a split apart. */
    public enum SplitBy {
        CLIENT_ADDRESS,
        HEADER,
        COOKIE
    }

    /**
     * One upstream of a split.
     *
     * @param weight its share beside the others', 0 to 10000
     */
    public record Share(String upstream, int weight) {}

    /**
     * Sends it to one of several upstreams, the same for the same client.
     *
     * @param name of the field, in lower case, or of the cookie; empty where it is by address
     */
    public record Split(List<Share> shares, SplitBy by, String name) implements Action {
        public Split {
            shares = List.copyOf(shares);
        }
    }

    /** What of a request's path follows the target of a redirect. */
    public enum KeepPath {
        /** What followed the route's prefix, where the target ends in a slash. */
        REST,
        /** All of it. */
        WHOLE,
        OFF
    }

    /**
     * Sends the client elsewhere.
     *
     * @param to a path or an absolute URL
     * @param status 301, 302, 303, 307 or 308
     * @param keepQuery whether the request's query follows, after that of {@code to}
     */
    public record Redirect(String to, int status, KeepPath keepPath, boolean keepQuery) implements Action {}

    /**
     * Answers at once.
     *
     * @param headers fields beside {@code Content-Type}
     * @param file what the body was read from; null where it was written in the configuration
     */
    public record Respond(
            int status, String body, String contentType, List<FieldEdits.Line> headers, @Nullable Path file)
            implements Action {
        public Respond {
            headers = List.copyOf(headers);
        }

        /** With nothing but a body. */
        public Respond(int status, String body, String contentType) {
            this(status, body, contentType, List.of(), null);
        }
    }

    /** The upstreams that requests may go to. */
    public List<String> upstreams() {
        return switch (action) {
            case Forward forward -> List.of(forward.upstream());
            case Split split -> split.shares().stream().map(Share::upstream).toList();
            case Redirect redirect -> List.of();
            case Respond respond -> List.of();
        };
    }

    /** What it does, in one line. */
    public String does() {
        return switch (action) {
            case Forward forward -> "upstream " + forward.upstream();
            case Split split ->
                split.shares().stream()
                        .map(share -> share.weight() + " upstream " + share.upstream())
                        .collect(Collectors.joining(", ", "split ", ""));
            case Redirect redirect -> redirect.status() + " to " + redirect.to();
            case Respond respond ->
                "answers " + respond.status() + (respond.file() == null ? "" : " with " + respond.file());
        };
    }

    /** Files whose text it answers with. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        if (action instanceof Respond respond && respond.file() != null) {
            files.add(respond.file());
        }
        shaping.pages().forEach(page -> files.add(page.file()));
        return files;
    }
}

package io.portcullis.config;

import java.time.Duration;
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
    public sealed interface Action permits Forward, Redirect, Respond {}

    /** Sends it to an upstream. */
    public record Forward(String upstream) implements Action {}

    /**
     * Sends the client elsewhere.
     *
     * @param to a path or an absolute URL; where the route's path is a prefix and {@code to} ends in {@code /}, what followed
     *     the prefix is appended; the query is kept
     * @param status 301, 302, 303, 307 or 308
     */
    public record Redirect(String to, int status) implements Action {}

    /** Answers at once. */
    public record Respond(int status, String body, String contentType) implements Action {}
}

package io.portcullis.proxy;

import io.portcullis.config.FieldEdits;
import io.portcullis.config.RouteConfig;
import io.portcullis.http.RequestTarget;
import io.portcullis.telemetry.RouteMeters;
import io.portcullis.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A route with everything it needs to be followed.
 *
 * @param route what the operator wrote
 * @param shaping what is changed in what passes; null where nothing is
 * @param mirror who gets copies; null for nobody
 */
public record Way(
        RouteConfig route, RouteMeters meters, Action action, @Nullable Shaping shaping, @Nullable Mirror mirror) {
    public Way(RouteConfig route, RouteMeters meters, Action action, @Nullable Mirror mirror) {
        this(route, meters, action, Shaping.of(route.shaping()), mirror);
    }

    /** What is done with a request. */
    public sealed interface Action permits Forward, Split, Redirect, Respond {}

    /** It is sent to an upstream. */
    public record Forward(Upstream upstream) implements Action {}

    /**
     * It is sent to one of several upstreams.
     *
     * @param upstreams in the order of the shares
     */
    public record Split(SplitChoice choice, List<Upstream> upstreams) implements Action {
        public Split(RouteConfig.Split split, List<Upstream> upstreams) {
            this(new SplitChoice(split), upstreams);
        }

        public Split {
            upstreams = List.copyOf(upstreams);
        }
    }

    /** The client is sent elsewhere. */
    public record Redirect(RouteConfig.Redirect to) implements Action {
        /** The address for a request with this path and query, of a route with this path. */
        String location(String prefix, RequestTarget target) {
            StringBuilder location = new StringBuilder(to.to());
            String path = target.path();
            if (to.keepPath() == RouteConfig.KeepPath.REST
                    && prefix.endsWith("/")
                    && to.to().endsWith("/")) {
                location.append(path, Math.min(prefix.length(), path.length()), path.length());
            } else if (to.keepPath() == RouteConfig.KeepPath.WHOLE && path.startsWith("/")) {
                location.setLength(location.length() - (to.to().endsWith("/") ? 1 : 0));
                location.append(path);
            }
            // "//host" would be another site (rule P10): what is a path begins with one slash.
            while (location.length() > 1 && location.charAt(0) == '/' && location.charAt(1) == '/') {
                location.deleteCharAt(0);
            }
            if (to.keepQuery() && target.query() != null) {
                // Behind "#" nothing reaches the server.
                int mark = location.indexOf("#");
                int end = mark < 0 ? location.length() : mark;
                boolean begun = location.substring(0, end).indexOf('?') >= 0;
                location.insert(end, (begun ? '&' : '?') + target.query());
            }
            return location.toString();
        }
    }

    /** It is answered at once. */
    public record Respond(int status, String contentType, Body body, @Nullable FieldChanges headers) implements Action {
        public Respond(RouteConfig.Respond with) {
            this(
                    with.status(),
                    with.contentType(),
                    new Body(with.body()),
                    FieldChanges.of(new FieldEdits(List.of(), with.headers(), List.of())));
        }
    }

    /** Bytes that several threads may read. */
    public static final class Body {
        private final byte[] bytes;

        public Body(String text) {
            bytes = text.getBytes(StandardCharsets.UTF_8);
        }

        byte[] bytes() {
            return bytes;
        }
    }
}

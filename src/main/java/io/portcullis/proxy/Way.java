package io.portcullis.proxy;

import io.portcullis.config.RouteConfig;
import io.portcullis.telemetry.RouteMeters;
import io.portcullis.upstream.Upstream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A route with everything it needs to be followed.
 *
 * @param route what the operator wrote
 * @param shaping what is changed in what passes; null where nothing is
 */
public record Way(RouteConfig route, RouteMeters meters, Action action, @Nullable Shaping shaping) {
    public Way(RouteConfig route, RouteMeters meters, Action action) {
        this(route, meters, action, Shaping.of(route.shaping()));
    }

    /** What is done with a request. */
    public sealed interface Action permits Forward, Redirect, Respond {}

    /** It is sent to an upstream. */
    public record Forward(Upstream upstream) implements Action {}

    /** The client is sent elsewhere. */
    public record Redirect(RouteConfig.Redirect to) implements Action {
        /** The target for a request with this path and query: what followed a prefix is kept, and the query. */
        String location(String prefix, io.portcullis.http.RequestTarget target) {
            StringBuilder location = new StringBuilder(to.to());
            if (prefix.endsWith("/") && to.to().endsWith("/")) {
                String path = target.path();
                location.append(path, Math.min(prefix.length(), path.length()), path.length());
            }
            // "//host" would be another site (rule P10): what is a path begins with one slash.
            while (location.length() > 1 && location.charAt(0) == '/' && location.charAt(1) == '/') {
                location.deleteCharAt(0);
            }
            if (target.query() != null) {
                location.append(to.to().indexOf('?') < 0 ? '?' : '&').append(target.query());
            }
            return location.toString();
        }
    }

    /** It is answered at once. */
    public record Respond(int status, String contentType, Body body) implements Action {}

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

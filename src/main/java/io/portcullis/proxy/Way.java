package io.portcullis.proxy;

import io.portcullis.config.RouteConfig;
import io.portcullis.telemetry.RouteMeters;
import io.portcullis.upstream.Upstream;
import java.nio.charset.StandardCharsets;

/**
 * A route with everything it needs to be followed.
 *
 * @param route what the operator wrote
 */
public record Way(RouteConfig route, RouteMeters meters, Action action) {
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
                location.append(
                        target.path(),
                        Math.min(prefix.length(), target.path().length()),
                        target.path().length());
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

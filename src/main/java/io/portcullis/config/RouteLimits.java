package io.portcullis.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a route bounds otherwise than its listener or upstream.
 *
 * @param requestBody bytes of one request's body, or {@link Limits#UNLIMITED}; 413. The smaller of this and {@code
 *     limits.request-body} holds
 * @param firstByte from a request's last byte to the response's head; zero for the upstream's
 * @param idleBody between two reads of a response's body; zero for the upstream's
 */
public record RouteLimits(long requestBody, Duration firstByte, Duration idleBody) {
    /** Bounds nothing. */
    public static final RouteLimits NONE = new RouteLimits(Limits.UNLIMITED, Duration.ZERO, Duration.ZERO);

    /** The first of both that is set. */
    public Duration firstByte(Duration ofUpstream) {
        return firstByte.isZero() ? ofUpstream : firstByte;
    }

    /** The first of both that is set. */
    public Duration idleBody(Duration ofUpstream) {
        return idleBody.isZero() ? ofUpstream : idleBody;
    }

    /** Those that are set, by their keys. */
    @Override
    public String toString() {
        List<String> set = new ArrayList<>();
        if (requestBody != Limits.UNLIMITED) {
            set.add("limits.request-body " + Units.showSize(requestBody));
        }
        if (!firstByte.isZero()) {
            set.add("timeouts.first-byte " + Units.show(firstByte));
        }
        if (!idleBody.isZero()) {
            set.add("timeouts.idle-body " + Units.show(idleBody));
        }
        return String.join(", ", set);
    }
}

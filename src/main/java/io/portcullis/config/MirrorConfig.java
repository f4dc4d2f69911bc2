package io.portcullis.config;

import java.util.List;

/**
 * Copies of a route's requests for another upstream, whose answers nobody sees ({@code routes[].mirror}).
 *
 * @param percent of the requests that could be copied, 1 to 100
 * @param methods whose requests are copied
 * @param maxInFlight copies under way at once; beyond: not copied
 * @param maxBody bytes of a body that is copied; requests with more: not copied
 */
public record MirrorConfig(String upstream, int percent, List<String> methods, int maxInFlight, int maxBody) {
    public MirrorConfig {
        methods = List.copyOf(methods);
    }

    /** In words. */
    @Override
    public String toString() {
        return percent + " % of " + String.join(", ", methods) + " to upstream " + upstream;
    }
}

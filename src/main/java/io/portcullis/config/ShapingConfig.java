package io.portcullis.config;

/**
 * What a route changes in what passes.
 *
 * @param request fields of requests, on their way to the backend
 * @param response fields of every response of the route, our own too
 * @param path what the backend is asked for instead
 * @param limits what is bounded otherwise
 */
public record ShapingConfig(FieldEdits request, FieldEdits response, PathChange path, RouteLimits limits) {
    /** Changes nothing. */
    public static final ShapingConfig NONE =
            new ShapingConfig(FieldEdits.NONE, FieldEdits.NONE, PathChange.NONE, RouteLimits.NONE);

    public boolean isNone() {
        return equals(NONE);
    }
}

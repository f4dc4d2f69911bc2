package io.portcullis.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route changes in what passes.
 *
 * @param request fields of requests, on their way to the backend
 * @param response fields of every response of the route, our own too
 * @param path what the backend is asked for instead
 * @param limits what is bounded otherwise
 * @param pages for error answers, before those of the whole configuration
 * @param replacesErrors whether pages take the place of the backend's errors too
 * @param mirror who gets copies; null for nobody
 */
public record ShapingConfig(
        FieldEdits request,
        FieldEdits response,
        PathChange path,
        RouteLimits limits,
        List<ErrorPage> pages,
        boolean replacesErrors,
        @Nullable MirrorConfig mirror) {
    /** Changes nothing. */
    public static final ShapingConfig NONE = new ShapingConfig(
            FieldEdits.NONE, FieldEdits.NONE, PathChange.NONE, RouteLimits.NONE, List.of(), false, null);

    public ShapingConfig {
        pages = List.copyOf(pages);
    }

    public boolean isNone() {
        return equals(NONE);
    }
}

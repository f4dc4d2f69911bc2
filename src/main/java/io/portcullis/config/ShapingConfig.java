package io.portcullis.config;

import java.util.ArrayList;
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

    /** Each change in words. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>(path.texts());
        request.texts().forEach(text -> texts.add("request " + text));
        response.texts().forEach(text -> texts.add("response " + text));
        if (!limits.equals(RouteLimits.NONE)) {
            texts.add(limits.toString());
        }
        pages.forEach(page -> texts.add("error page " + page.file()));
        if (replacesErrors) {
            texts.add("error pages for the backend's errors too");
        }
        if (mirror != null) {
            texts.add("mirror " + mirror);
        }
        return texts;
    }

    public boolean isNone() {
        return equals(NONE);
    }
}

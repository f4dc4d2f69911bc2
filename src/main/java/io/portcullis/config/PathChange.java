package io.portcullis.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a route makes of the path before the backend gets it ({@code routes[].rewrite}): strips, then adds, then replaces.
 *
 * @param stripPrefix whole segments that the path begins with, for example {@code /api}; empty for none
 * @param addPrefix what is put before it, for example {@code /v2}; empty for none
 * @param regex what the whole path must match to be replaced; null for none
 * @param to what takes its place, with {@code $1} and the like for the groups; empty where {@code regex} is null
 */
public record PathChange(String stripPrefix, String addPrefix, @Nullable Regex regex, String to) {
    /** Leaves the path as it is. */
    public static final PathChange NONE = new PathChange("", "", null, "");

    public boolean isNone() {
        return equals(NONE);
    }

    /** The path for the backend; it must be looked at again by whoever uses it. */
    public String applied(String path) {
        String changed = path;
        boolean below = changed.startsWith(stripPrefix + "/");
        if (!stripPrefix.isEmpty() && (below || changed.equals(stripPrefix))) {
            changed = below ? changed.substring(stripPrefix.length()) : "/";
        }
        if (!addPrefix.isEmpty() && changed.startsWith("/")) {
            changed = addPrefix + changed;
        }
        String replaced = regex == null ? null : regex.replaced(changed, to);
        return replaced == null ? changed : replaced;
    }

    /** Each step in words. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>();
        if (!stripPrefix.isEmpty()) {
            texts.add("strip-prefix " + stripPrefix);
        }
        if (!addPrefix.isEmpty()) {
            texts.add("add-prefix " + addPrefix);
        }
        if (regex != null) {
            texts.add("regex " + regex + " to " + to);
        }
        return texts;
    }
}

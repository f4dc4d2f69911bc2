package io.portcullis.route;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The paths of one host: exact ones, and prefixes that end in {@code /}. The cost grows with a path's depth, not with routes. */
final class PathMatcher<T> {
    private final Map<String, T> exact = new HashMap<>();
    private final Map<String, T> prefixes = new HashMap<>();
    private @Nullable T root;

    /** The first of two equal paths stays; {@code check} names the second as one that never matches. */
    void add(String path, T value) {
        if (path.equals("/")) {
            root = root == null ? value : root;
        } else if (path.endsWith("/")) {
            prefixes.putIfAbsent(path, value);
        } else {
            exact.putIfAbsent(path, value);
        }
    }

    /** {@code "*"} (OPTIONS) is matched by {@code /} alone. */
    @Nullable
    T match(String path) {
        T found = exact.isEmpty() ? null : exact.get(path);
        if (found == null && !prefixes.isEmpty()) {
            for (int slash = path.lastIndexOf('/');
                    slash > 0 && found == null;
                    slash = path.lastIndexOf('/', slash - 1)) {
                found = prefixes.get(path.substring(0, slash + 1));
            }
        }
        return found != null ? found : root;
    }
}

package io.portcullis.route;

import io.portcullis.http.RequestHead;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The paths of one host: exact ones, and prefixes that end in {@code /}. The cost grows with a path's depth, not with routes; only routes
 * of one and the same path are asked one after the other, for their conditions.
 */
final class PathMatcher<T> {
    /** A route of one path, and the one to ask where its conditions do not hold. */
    private static final class Candidate<T> {
        private final T value;
        private final @Nullable Conditions when;
        private @Nullable Candidate<T> next;

        Candidate(T value, @Nullable Conditions when) {
            this.value = value;
            this.when = when;
        }

        void last(Candidate<T> added) {
            Candidate<T> at = this;
            while (at.next != null) {
                at = at.next;
            }
            at.next = added;
        }
    }

    private final Map<String, Candidate<T>> exact = new HashMap<>();
    private final Map<String, Candidate<T>> prefixes = new HashMap<>();
    private @Nullable Candidate<T> root;

    /**
     * Adds one to be asked after all of its path that were added before. Of two without conditions the first stays; {@code check} names
     * the second as one that never matches.
     */
    void add(String path, T value, @Nullable Conditions when) {
        Candidate<T> added = new Candidate<>(value, when);
        Candidate<T> first;
        if (path.equals("/")) {
            first = root;
            root = first == null ? added : first;
        } else {
            first = (path.endsWith("/") ? prefixes : exact).putIfAbsent(path, added);
        }
        if (first != null) {
            first.last(added);
        }
    }

    /** {@code "*"} (OPTIONS) is matched by {@code /} alone. */
    @Nullable
    T match(String path, RequestHead head, String client) {
        T found = exact.isEmpty() ? null : chosen(exact.get(path), head, client);
        if (found == null && !prefixes.isEmpty()) {
            for (int slash = path.lastIndexOf('/');
                    slash > 0 && found == null;
                    slash = path.lastIndexOf('/', slash - 1)) {
                found = chosen(prefixes.get(path.substring(0, slash + 1)), head, client);
            }
        }
        return found != null ? found : chosen(root, head, client);
    }

    private static <T> @Nullable T chosen(@Nullable Candidate<T> first, RequestHead head, String client) {
        for (Candidate<T> each = first; each != null; each = each.next) {
            if (each.when == null || each.when.hold(head, client)) {
                return each.value;
            }
        }
        return null;
    }
}

package io.portcullis.route;

import io.portcullis.config.PathPolicy;
import io.portcullis.config.PathPolicy.Treatment;
import io.portcullis.http.PathReadings;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the route of a request, and lets a path that is not plain pass to a route only where nobody can read it as another route's (rules P08, P09).
 *
 * <p>Routes are matched on the strict form, before any policy is known. What the matched route's policy makes of the path is
 * matched again: it must lead to a route whose policy makes the same of it, and whose paths all of its other readings are.
 *
 * @param <T> what a route is to the one who asks
 */
public final class PathGate<T> {
    /** What came of it. */
    public sealed interface Verdict<T> {
        /**
         * It goes to {@code route}.
         *
         * @param route null where no route matches
         * @param target with the path that rules, route and backend share from now on
         */
        record Passed<T>(@Nullable T route, RequestTarget target) implements Verdict<T> {}

        /**
         * It goes nowhere.
         *
         * @param why for the log
         */
        record Refused<T>(String why) implements Verdict<T> {}
    }

    private final RouteTable<T> table;
    private final Function<T, PathPolicy> policies;

    public PathGate(RouteTable<T> table, Function<T, PathPolicy> policies) {
        this.table = table;
        this.policies = policies;
    }

    /**
     * Where {@code head} may go.
     *
     * @param client the client's address as far as trusted proxies vouch for it, or {@code unix}
     */
    public Verdict<T> route(RequestHead head, String client) {
        T found = table.match(head.path(), head, client);
        return head.target().isPlain() ? new Verdict.Passed<>(found, head.target()) : judge(head, client, found);
    }

    /** @param found the route that it matched as it stands; null where none did */
    private Verdict<T> judge(RequestHead head, String client, @Nullable T found) {
        RequestTarget target = head.target();
        if (target.shape() == RequestTarget.Shape.RESOLVED) {
            return found != null && policies.apply(found).dotSegments() == Treatment.NORMALISE
                    ? new Verdict.Passed<>(found, target)
                    : new Verdict.Refused<>("dot segments in the path");
        }
        if (found == null) {
            return new Verdict.Passed<>(null, target);
        }
        String refusal = refusal(policies.apply(found), target.path());
        if (refusal != null) {
            return new Verdict.Refused<>(refusal);
        }
        String path = applied(policies.apply(found), target.path());
        T route = path.equals(target.path()) ? found : table.match(path, head, client);
        if (route == null || !route.equals(found) && !agrees(policies.apply(route), target.path(), path)) {
            return new Verdict.Refused<>("what the route's path-policy makes of the path is another route's");
        }
        for (String reading : PathReadings.of(path)) {
            if (!route.equals(table.match(reading, head, client))) {
                return new Verdict.Refused<>("the path can be read as another route's");
            }
        }
        return new Verdict.Passed<>(route, target.withPath(path));
    }

    private static boolean agrees(PathPolicy other, String before, String after) {
        return refusal(other, before) == null && applied(other, before).equals(after);
    }

    private static @Nullable String refusal(PathPolicy policy, String path) {
        if (policy.encodedSlash() == Treatment.REJECT && PathReadings.hasEncodedSlash(path)) {
            return "an encoded slash in the path";
        }
        if (policy.encodedSlash() == Treatment.NORMALISE && path.contains("%5C")) {
            return "an encoded backslash in the path";
        }
        if (policy.semicolon() == Treatment.REJECT && PathReadings.hasSemicolon(path)) {
            return "a semicolon in the path";
        }
        if (policy.encodedDelimiters() == Treatment.REJECT && PathReadings.hasEncodedDelimiter(path)) {
            return "an encoded delimiter in the path";
        }
        return policy.doubleSlash() == Treatment.REJECT && PathReadings.hasDoubleSlash(decoded(policy, path))
                ? "a double slash in the path"
                : null;
    }

    private static String applied(PathPolicy policy, String path) {
        String decoded = decoded(policy, path);
        return policy.doubleSlash() == Treatment.NORMALISE ? PathReadings.merge(decoded) : decoded;
    }

    private static String decoded(PathPolicy policy, String path) {
        return policy.encodedSlash() == Treatment.NORMALISE ? path.replace("%2F", "/") : path;
    }
}

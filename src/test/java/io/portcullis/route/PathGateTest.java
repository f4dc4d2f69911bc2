package io.portcullis.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.MatchConfig;
import io.portcullis.config.PathPolicy;
import io.portcullis.config.PathPolicy.Treatment;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.ShapingConfig;
import io.portcullis.config.SourceLine;
import io.portcullis.http.RequestTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random routes, policies and paths: whoever reads a path that passed, however he reads it, finds the route that it passed to. */
class PathGateTest {
    private static final List<String> PATHS = List.of("/", "/a", "/a/", "/b/", "/a/b", "/a/b/", "/b/a/", "/c");
    private static final List<String> PIECES = List.of(
            "/", "/", "a", "b", "c", ";", "%2F", "%5C", "%3B", "%25", "%2e", ".", "..", "%2f", "//", "/a", "/b/");

    private static final Treatment[] KEEP_OR_REJECT = {Treatment.KEEP, Treatment.REJECT};
    private static final Treatment[] REJECT_OR_NORMALISE = {Treatment.REJECT, Treatment.NORMALISE};

    private static final String CLIENT = "192.0.2.1";

    private final Random random = new Random(20260101);
    private @Nullable RouteTable<RouteConfig> routes;

    @Test
    void p08NoReadingOfAPathThatPassedIsAnotherRoutes() {
        int passed = 0;
        int changed = 0;
        for (int i = 0; i < 200_000; i++) {
            RouteTable<RouteConfig> table = i % 20 == 0 || routes == null ? newTable() : routes;
            RequestTarget target = RequestTarget.read("GET", path());
            if (target == null) {
                continue;
            }
            RequestTarget settled = passes(table, target);
            if (settled == null) {
                continue;
            }
            RouteConfig route = match(table, settled.path());
            for (String reading : carelessReadings(settled.path())) {
                assertThat(match(table, reading))
                        .as("%s passed as %s, read as %s", target, settled, reading)
                        .isSameAs(route);
            }
            passed++;
            changed += settled.path().equals(target.path()) ? 0 : 1;
        }
        assertThat(passed).isGreaterThan(10_000);
        assertThat(changed).isGreaterThan(500);
    }

    private RouteTable<RouteConfig> newTable() {
        List<RouteConfig> made = new ArrayList<>();
        for (String path : PATHS) {
            if (path.equals("/") || random.nextBoolean()) {
                made.add(new RouteConfig(
                        made.size(),
                        path,
                        null,
                        path,
                        MatchConfig.EVERYTHING,
                        policy(),
                        Duration.ZERO,
                        ShapingConfig.NONE,
                        new RouteConfig.Respond(200, "", ""),
                        SourceLine.NOWHERE));
            }
        }
        RouteTable<RouteConfig> table = new RouteTable<>(made, route -> route);
        routes = table;
        return table;
    }

    private PathPolicy policy() {
        return new PathPolicy(
                one(Treatment.values()),
                one(Treatment.values()),
                one(KEEP_OR_REJECT),
                one(KEEP_OR_REJECT),
                one(REJECT_OR_NORMALISE));
    }

    private Treatment one(Treatment[] of) {
        return of[random.nextInt(of.length)];
    }

    private String path() {
        StringBuilder path = new StringBuilder("/");
        for (int left = random.nextInt(7); left > 0; left--) {
            path.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return path.toString();
    }

    /** The target that the gate lets pass; null where it refuses. The policy of the route it passes to must have no objection. */
    private static @Nullable RequestTarget passes(RouteTable<RouteConfig> table, RequestTarget target) {
        PathGate.Verdict<RouteConfig> verdict =
                new PathGate<>(table, RouteConfig::pathPolicy).route(Asked.of("", target), CLIENT);
        if (!(verdict instanceof PathGate.Verdict.Passed<RouteConfig> passed)) {
            return null;
        }
        assertThat(passed.route()).isSameAs(match(table, passed.target().path()));
        holds(
                Objects.requireNonNull(passed.route()).pathPolicy(),
                target,
                passed.target().path());
        return passed.target();
    }

    private static @Nullable RouteConfig match(RouteTable<RouteConfig> table, String path) {
        return table.match(path, Asked.of("", "/"), CLIENT);
    }

    private static void holds(PathPolicy policy, RequestTarget before, String after) {
        if (before.shape() == RequestTarget.Shape.RESOLVED) {
            assertThat(policy.dotSegments()).isEqualTo(Treatment.NORMALISE);
        }
        if (policy.encodedSlash() != Treatment.KEEP) {
            assertThat(after).doesNotContain("%2F", "%5C");
        }
        if (policy.doubleSlash() != Treatment.KEEP) {
            assertThat(after).doesNotContain("//");
        }
        if (policy.semicolon() == Treatment.REJECT) {
            assertThat(after).doesNotContain(";", "%3B");
        }
        if (policy.encodedDelimiters() == Treatment.REJECT) {
            assertThat(after).doesNotContain("%25");
        }
    }

    /** By regular expressions, each alone and each after the others: a backend that decodes, cuts at semicolons, merges, resolves. */
    private static List<String> carelessReadings(String path) {
        List<String> readings = new ArrayList<>(List.of(path));
        for (int round = 0; round < 8; round++) {
            String reading = path;
            if ((round & 1) != 0) {
                reading = reading.replaceAll("%2F|%5C", "/").replace("%3B", ";");
            }
            if ((round & 2) != 0) {
                reading = reading.replaceAll(";[^/]*", "");
            }
            if ((round & 4) != 0) {
                reading = reading.replaceAll("/+", "/");
            }
            assertThat(reading + "/").doesNotContain("/../", "/./");
            readings.add(reading);
        }
        return readings;
    }
}

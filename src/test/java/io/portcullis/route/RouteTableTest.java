package io.portcullis.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.MatchConfig;
import io.portcullis.config.PathPolicy;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.ShapingConfig;
import io.portcullis.config.SourceLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The documented order of routes: host before path, the specific before the general, wherever a line stands. */
class RouteTableTest {
    /** {@code host path}, in the order in which they are asked. */
    private static final List<String> ROUTES = List.of(
            "example.com /a/b",
            "example.com /a/b/c/",
            "example.com /a/",
            "www.example.com /only",
            "*.example.com /a/",
            "*.example.com /",
            "- /health",
            "- /");

    private static final PathPolicy POLICY = new PathPolicy(
            PathPolicy.Treatment.KEEP,
            PathPolicy.Treatment.KEEP,
            PathPolicy.Treatment.KEEP,
            PathPolicy.Treatment.KEEP,
            PathPolicy.Treatment.REJECT);

    private static RouteConfig route(int index, String text) {
        String[] parts = text.split(" ", 2);
        String host = parts[0].equals("-") ? null : parts[0];
        return new RouteConfig(
                index,
                text,
                host,
                parts[1],
                MatchConfig.EVERYTHING,
                POLICY,
                Duration.ZERO,
                ShapingConfig.NONE,
                new RouteConfig.Respond(200, "", ""),
                SourceLine.NOWHERE);
    }

    private static List<RouteConfig> routes(List<String> texts) {
        List<RouteConfig> routes = new ArrayList<>();
        for (String text : texts) {
            routes.add(route(routes.size(), text));
        }
        return routes;
    }

    private static RouteTable<String> table(List<String> texts) {
        return new RouteTable<>(routes(texts), RouteConfig::name);
    }

    private static @Nullable String match(RouteTable<String> table, String host, String path) {
        return table.match(path, Asked.of(host, path), "192.0.2.1");
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, /a/b, example.com /a/b",
        "example.com, /a/b/, example.com /a/",
        "example.com, /a/b/c/d, example.com /a/b/c/",
        "example.com, /a/b/c, example.com /a/",
        "example.com, /a/, example.com /a/",
        "example.com, /a, - /",
        "example.com, /health, - /health",
        "example.com, /b, - /",
        "EXAMPLE.com., /a/x, example.com /a/",
        "example.com:8080, /a/x, example.com /a/",
        "www.example.com, /only, www.example.com /only",
        "www.example.com, /a/x, *.example.com /a/",
        "www.example.com, /, *.example.com /",
        "x.y.example.com, /a/x, - /",
        "other.example, /health, - /health",
        "other.example, /health/x, - /",
        "'', /x, - /",
        "example.com, *, - /",
        "example.com, //a/x, - /",
    })
    void theMostSpecificRouteWinsWhereverItStands(String host, String path, String expected) {
        List<String> texts = new ArrayList<>(ROUTES);
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(texts, new Random(seed));
            assertThat(match(table(texts), host, path)).as("order %s", texts).isEqualTo(expected);
        }
    }

    @Test
    void withoutARouteForEveryHostNothingMatches() {
        RouteTable<String> table = table(List.of("example.com /a/", "*.example.com /"));
        assertThat(match(table, "example.com", "/b")).isNull();
        assertThat(match(table, "other.example", "/a/")).isNull();
        assertThat(match(table, "", "/a/")).isNull();
    }

    @Test
    void ofTwoEqualOnesTheFirstStays() {
        RouteTable<String> table = new RouteTable<>(
                List.of(route(0, "example.com /a/"), route(1, "example.com /a/")), route -> "route " + route.index());
        assertThat(match(table, "example.com", "/a/")).isEqualTo("route 0");
    }

    @ParameterizedTest
    @CsvSource({
        "example.com, true",
        "www.example.com, true",
        "any.example.com, true",
        "x.any.example.com, false",
        "other.example, false",
        "com, false",
    })
    void aHostIsNamedExactlyOrByAWildcard(String host, boolean named) {
        assertThat(table(ROUTES).names(host)).isEqualTo(named);
    }

    @Test
    void theOrderForPeopleIsTheOrderOfAsking() {
        List<String> texts = new ArrayList<>(ROUTES);
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(texts, new Random(seed));
            assertThat(RouteTable.inOrder(routes(texts)))
                    .extracting(RouteConfig::name)
                    .containsExactlyElementsOf(ROUTES);
        }
    }
}

package io.portcullis.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.FieldMatch;
import io.portcullis.config.FieldMatch.Kind;
import io.portcullis.config.MatchConfig;
import io.portcullis.config.PathPolicy;
import io.portcullis.config.PathPolicy.Treatment;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.ShapingConfig;
import io.portcullis.config.SourceLine;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions are asked after host and path, more of them before fewer, and what fails is named. */
class ConditionsTest {
    private static final PathPolicy POLICY =
            new PathPolicy(Treatment.KEEP, Treatment.KEEP, Treatment.KEEP, Treatment.KEEP, Treatment.REJECT);

    private static MatchConfig headers(FieldMatch... each) {
        return new MatchConfig(List.of(), List.of(each), List.of(), List.of(), List.of());
    }

    private static FieldMatch has(String name, String value) {
        return new FieldMatch(name, Kind.EXACT, value, null);
    }

    private static RouteConfig route(String name, @Nullable String host, String path, MatchConfig match) {
        RouteConfig.Respond respond = new RouteConfig.Respond(200, "", "");
        return new RouteConfig(
                0, name, host, path, match, POLICY, Duration.ZERO, ShapingConfig.NONE, respond, SourceLine.NOWHERE);
    }

    private static @Nullable String taken(List<RouteConfig> routes, String path, String... lines) {
        RequestHead head = Asked.of("a.example", target(path), lines);
        return new RouteTable<>(routes, RouteConfig::name).match(head.path(), head, "192.0.2.1");
    }

    private static RequestTarget target(String text) {
        return Objects.requireNonNull(RequestTarget.parse("GET", text));
    }

    @Test
    void moreConditionsGoBeforeFewerAndAsManyByTheFile() {
        List<RouteConfig> routes = List.of(
                route("none", null, "/", MatchConfig.EVERYTHING),
                route("one", null, "/", headers(has("x-a", "1"))),
                route("other", null, "/", headers(has("x-b", "1"))),
                route("both", null, "/", headers(has("x-a", "1"), has("x-b", "1"))));
        assertThat(taken(routes, "/", "X-A: 1", "X-B: 1")).isEqualTo("both");
        assertThat(taken(routes, "/", "X-B: 1")).isEqualTo("other");
        assertThat(taken(routes, "/", "X-A: 1", "X-B: 2")).isEqualTo("one");
        assertThat(taken(routes, "/")).isEqualTo("none");
        assertThat(taken(routes.reversed(), "/", "X-A: 1", "X-B: 2")).isEqualTo("one");
    }

    @Test
    void whereNoneHoldsTheNextPathIsAskedAndThenTheNextHost() {
        List<RouteConfig> routes = List.of(
                route("exact", "a.example", "/a/b", headers(has("x-a", "1"))),
                route("deep", "a.example", "/a/", headers(has("x-a", "2"))),
                route("site", "a.example", "/", headers(has("x-a", "3"))),
                route("wild", "*.example", "/a/b", headers(has("x-a", "4"))),
                route("all", null, "/", MatchConfig.EVERYTHING));
        assertThat(taken(routes, "/a/b", "X-A: 1")).isEqualTo("exact");
        assertThat(taken(routes, "/a/b", "X-A: 2")).isEqualTo("deep");
        assertThat(taken(routes, "/a/b", "X-A: 3")).isEqualTo("site");
        assertThat(taken(routes, "/a/b", "X-A: 4")).isEqualTo("wild");
        assertThat(taken(routes, "/a/b")).isEqualTo("all");
        assertThat(taken(routes.subList(0, 4), "/a/b")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET | /?v=2 | X-A: 1 | c=d | 10.0.0.7 | -",
                "GET | /?a&v=%32 | X-A: 0,X-A: 1 | a=b; c=d | unix | -",
                "POST | /?v=2 | X-A: 1 | c=d | 10.0.0.7 | method: POST is not GET or HEAD",
                "GET | /?v=2 | X-A: 1 | c=d | 11.0.0.7 | client: 11.0.0.7 is not in 10.0.0.0/8, unix",
                "GET | /?v=2 | X-A: 2 | c=d | 10.0.0.7 | header: x-a = 1 does not hold, the request has 2",
                "GET | /?v=2 | X-B: 1 | c=d | 10.0.0.7 | header: x-a = 1 does not hold, the request has none",
                "GET | /?v=2 | X-A: 1,X-C: 1 | c=d | 10.0.0.7 | header: ! x-c does not hold, the request has 1",
                "GET | /?v=3 | X-A: 1 | c=d | 10.0.0.7 | query: v = 2 does not hold, the request has 3",
                "GET | / | X-A: 1 | c=d | 10.0.0.7 | query: v = 2 does not hold, the request has none",
                "GET | /?v=2 | X-A: 1 | cc=d | 10.0.0.7 | cookie: c does not hold, the request has none"
            })
    void theConditionThatFailedIsNamed(
            String method, String path, String lines, String cookie, String client, @Nullable String said) {
        MatchConfig match = new MatchConfig(
                List.of("GET", "HEAD"),
                List.of(has("x-a", "1"), new FieldMatch("x-c", Kind.ABSENT, "", null)),
                List.of(has("v", "2")),
                List.of(new FieldMatch("c", Kind.PRESENT, "", null)),
                List.of("10.0.0.0/8", "unix"));
        RequestHead head = Asked.of(method, "a.example", target(path), (lines + ",Cookie: " + cookie).split(","));
        Conditions conditions = Objects.requireNonNull(Conditions.of(match));
        assertThat(conditions.miss(head, client)).isEqualTo(said);
        assertThat(conditions.hold(head, client)).isEqualTo(said == null);
    }
}

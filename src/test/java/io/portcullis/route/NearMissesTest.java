package io.portcullis.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.MatchConfig;
import io.portcullis.config.PathPolicy;
import io.portcullis.config.PathPolicy.Treatment;
import io.portcullis.config.RouteConfig;
import io.portcullis.config.ShapingConfig;
import io.portcullis.config.SourceLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of routes that were not taken is true of them. */
class NearMissesTest {
    private static final String CLIENT = "192.0.2.1";
    private static final PathPolicy POLICY =
            new PathPolicy(Treatment.KEEP, Treatment.KEEP, Treatment.KEEP, Treatment.KEEP, Treatment.REJECT);

    private static RouteConfig route(int index, @Nullable String host, String path) {
        RouteConfig.Respond respond = new RouteConfig.Respond(200, "", "");
        return new RouteConfig(
                index,
                "r" + index,
                host,
                path,
                MatchConfig.EVERYTHING,
                POLICY,
                Duration.ZERO,
                ShapingConfig.NONE,
                respond,
                SourceLine.NOWHERE);
    }

    private static @Nullable String why(@Nullable String host, String path, String askedHost, String askedPath) {
        List<NearMisses.Miss> misses =
                NearMisses.of(List.of(route(0, host, path)), Asked.of(askedHost, askedPath), CLIENT, null);
        return misses.isEmpty() ? null : misses.getFirst().why();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.example | /api/ | a.example | /api | no slash at the end",
                "a.example | /api | a.example | /api/x | as a prefix it would end in /",
                "a.example | /API/ | a.example | /api/x | upper and lower case",
                "a.example | /b/ | a.example | /api/x | does not begin with /b/",
                "a.example | /b | a.example | /api/x | is not /b",
                "b.example | /api/ | a.example | /api/x | a.example is not b.example",
                "*.example | / | a.b.example | / | stands for one label",
                "*.example | / | example | / | does not stand for example itself"
            })
    void theConditionThatFailedIsNamed(String host, String path, String askedHost, String askedPath, String said) {
        assertThat(why(host, path, askedHost, askedPath)).contains(said);
    }

    @Test
    void anotherHostsWholeSiteIsNoNearMiss() {
        assertThat(why("b.example", "/", "a.example", "/")).isNull();
        assertThat(why("b.example", "/x", "a.example", "/y")).isNull();
    }

    @Test
    void whatMatchesAndWasNotTakenWasLessSpecific() {
        List<RouteConfig> routes = List.of(
                route(0, "a.example", "/api/"),
                route(1, "a.example", "/"),
                route(2, "*.example", "/"),
                route(3, null, "/"));
        assertThat(NearMisses.of(routes, Asked.of("a.example", "/api/x"), CLIENT, routes.getFirst()))
                .extracting(NearMisses.Miss::why)
                .containsExactly(
                        "matches too, but the prefix /api/ is longer",
                        "matches too, but the exact host goes before a wildcard",
                        "matches too, but a route that names the host goes before one for every host");
    }

    /** The conditions are told by another piece of code than that which matches: both must mean the same. */
    @Test
    void theFirstRouteOfTheOrderWithoutAFailedConditionIsTheOneTaken() {
        Random random = new Random(7);
        String[] hosts = {"a.b", "*.b", "b", "c.a.b", ""};
        String[] paths = {"/", "/a", "/a/", "/a/b", "/a/b/", "/c/"};
        for (int round = 0; round < 5000; round++) {
            List<RouteConfig> routes = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String host = hosts[random.nextInt(hosts.length)];
                routes.add(route(i, host.isEmpty() ? null : host, paths[random.nextInt(paths.length)]));
            }
            String host = hosts[random.nextInt(hosts.length)].replace("*", "x");
            String path = paths[random.nextInt(paths.length)] + (random.nextBoolean() ? "" : "b");
            RouteConfig first = RouteTable.inOrder(routes).stream()
                    .filter(each -> NearMisses.hostFits(each, host) && NearMisses.pathFits(each.path(), path))
                    .findFirst()
                    .orElse(null);
            RouteConfig matched = new RouteTable<>(routes, each -> each).match(path, Asked.of(host, path), CLIENT);
            assertThat(matched == null ? null : matched.host() + matched.path())
                    .isEqualTo(first == null ? null : first.host() + first.path());
        }
    }
}

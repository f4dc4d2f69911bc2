package io.portcullis.wire;

import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A backend beside the main way falls ill, under load: a canary, or one that gets copies. The main way does not notice. */
class IllSideWireTest {
    /** What a busy machine may add to an answer that nobody waits for. */
    private static final Duration SLACK = Duration.ofMillis(1500);

    /** What clients of the canary are told in the end: it is the only one of its upstream. */
    private static final Map<Illness, Integer> TOLD = new EnumMap<>(Map.of(
            Illness.DIES, 503,
            Illness.HANGS, 504,
            Illness.SLOWS_DOWN, 200,
            Illness.RESETS, 502,
            Illness.CLOSES, 502,
            Illness.SAYS_502, 502,
            Illness.TALKS_GARBAGE, 502));

    private final Origin side = Origin.start().respond(Site.OK);

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension().word("side", side.address());

    private final Site site = new Site(proxy);

    @AfterEach
    void closeSide() throws IOException {
        side.close();
    }

    private void start(String route) throws Exception {
        proxy.origin().respond(Site.OK);
        proxy.start(
                """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.stable { endpoints = ["{origin}"] }
                upstreams.side { endpoints = ["{side}"], first-byte-timeout = 400 ms, slow-start = off }
                routes = [ { %s } ]
                access-log { format = off }
                """
                        .formatted(route));
    }

    private Load load(String field, Set<Integer> allowed) {
        String get = "GET / HTTP/1.1\r\n" + HOST + field + "\r\n";
        return Load.start(3, site::client, get, answer -> allowed.contains(answer.status()));
    }

    private static void answered(Load load, int status, int more) {
        long wanted = load.statuses().getOrDefault(status, 0L) + more;
        Await.until(
                () -> load.statuses().getOrDefault(status, 0L) >= wanted,
                () -> more + " more answers of " + status + ", but " + load.statuses() + load.failures(),
                Await.LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void whoIsNotOfTheCanaryIsServedWhateverBefallsIt(Illness illness) throws Exception {
        start("split = [ { upstream = stable }, { upstream = side } ], split-by = \"cookie group\"");
        int told = TOLD.getOrDefault(illness, 0);
        try (Load stable = load("Cookie: group=0\r\n", Set.of(200));
                Load canary = load(
                        "Cookie: group=9999\r\n",
                        told == 503 ? Set.of(200, 502, 503) : Set.copyOf(List.of(200, told)))) {
            answered(canary, 200, 30);
            illness.befalls(side);
            answered(canary, told, 10);
            answered(stable, 200, 30);
            illness.leaves(side);
            answered(canary, 200, 30);
            assertThat(stable.failures()).isEmpty();
            assertThat(canary.failures()).isEmpty();
            assertThat(stable.statuses()).containsOnlyKeys(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsNeverNoticeWhatBefallsTheBackendThatGetsCopies(Illness illness) throws Exception {
        start("upstream = stable, mirror { upstream = side, max-in-flight = 4 }");
        try (Load load = load("", Set.of(200))) {
            Await.until(() -> side.requestCount() > 30, "copies");
            illness.befalls(side);
            answered(load, 200, 150);
            illness.leaves(side);
            int before = side.requestCount();
            Await.until(() -> side.requestCount() > before + 30, "copies again");
            assertThat(load.failures()).isEmpty();
            assertThat(load.statuses()).containsOnlyKeys(200);
            assertThat(load.longest(200)).isLessThan(SLACK);
        }
        site.nothingFailed();
    }
}

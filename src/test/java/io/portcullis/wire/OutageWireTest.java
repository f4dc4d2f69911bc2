package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All backends of an upstream are gone, or hang, under load: what clients are told, and that service comes back by itself. */
class OutageWireTest {
    /** Between two looks at a deadline, and what a busy machine may add. */
    private static final Duration SLACK = Duration.ofMillis(100 + 1500);

    private final List<Origin> origins = new ArrayList<>();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    @AfterEach
    void closeOrigins() throws IOException {
        for (Origin origin : origins) {
            origin.close();
        }
    }

    /** With nothing but defaults beside {@code more}. */
    private void start(int backends, String more) throws Exception {
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < backends; i++) {
            origins.add(Origin.start().respond(OK));
            addresses.add('"' + origins.get(i).address() + '"');
        }
        proxy.start(
                """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = [%s], %s }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(String.join(", ", addresses), more));
    }

    private double available() {
        return site.sum("portcullis_endpoint_available");
    }

    /** With the defaults, and whatever leaves endpoints out: half of them at most, all of them by their checks, one that is alone never. */
    @ParameterizedTest
    @CsvSource({
        "1, ''",
        "3, ''",
        "3, 'panic-below = off, ejection.failures = off, check { interval = 100 ms, rise = 1, fall = 1 }'"
    })
    void killingAllIsTold503AndRecoversByItself(int backends, String more) throws Exception {
        start(backends, "queue-timeout = 500 ms, " + more);
        Set<Integer> known = Set.of(200, 502, 503);
        try (Load load = Load.start(4, site::client, GET, OutageWireTest::tellsWhenToComeBack)) {
            load.awaitMore(100);
            for (Origin origin : origins) {
                origin.stop();
            }
            Await.until(() -> load.statuses().getOrDefault(503, 0L) > 100, "answers of status 503");
            long first = load.statuses().getOrDefault(502, 0L);
            load.awaitMore(200);
            assertThat(load.statuses().getOrDefault(502, 0L)).as("told 502").isEqualTo(first);
            for (Origin origin : origins) {
                origin.restart();
            }
            long before = load.statuses().getOrDefault(200, 0L);
            Await.until(() -> load.statuses().getOrDefault(200, 0L) > before + 200, "it serves again");
            assertThat(load.failures()).isEmpty();
            assertThat(load.statuses().keySet()).isSubsetOf(known);
            assertThat(load.longest(503)).isLessThan(Duration.ofMillis(500).plus(SLACK));
        }
    }

    private static boolean tellsWhenToComeBack(RawResponse answer) {
        return answer.status() == 503
                ? answer.values("Retry-After").size() == 1
                : answer.status() == 200 || answer.status() == 502;
    }

    @Test
    void r16WhereNoEndpointIsKnownToBeBetterTheClientIsToldToComeBackAndTheOperatorWhatTheLastTryMet()
            throws Exception {
        start(2, "");
        origins.getFirst().stop();
        origins.getLast().stop();
        for (int i = 0; i < 4; i++) {
            assertThat(site.ask(GET).status()).as("not out yet").isEqualTo(502);
        }
        site.ask(GET);
        RawResponse post = site.ask("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");
        assertThat(post.status()).isEqualTo(503);
        assertThat(post.values("Retry-After")).containsExactly("1");
        assertThat(post.values("Proxy-Status"))
                .containsExactly("portcullis; error=destination_unavailable; details=\"connection_refused\"");
        String id = post.values("X-Request-Id").getFirst();
        Await.until(
                () -> site.log().stream()
                        .anyMatch(line -> line.contains(id)
                                && line.contains("\"outcome\":\"upstream_down\"")
                                && line.contains("connect_refused: connection to 127.0.0.1")),
                () -> "both facts in the log, but " + site.log(),
                Await.LIMIT);
    }

    @Test
    void whereOneEndpointMayBeWellTheFailureOfTheOthersStaysWhatItIs() throws Exception {
        start(2, "retries.most = off");
        origins.getFirst().stop();
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 30; i++) {
            seen.add(site.ask(GET).status());
        }
        assertThat(seen).containsExactlyInAnyOrder(200, 502);
    }

    /** They accept, and say nothing: each has one request that waits for it, until that is given up and another one hangs there. */
    @Test
    void whereAllHangUnderLoadTheOthersAreToldWithinTheQueuesTimeAndServiceComesBackByItself() throws Exception {
        start(3, "max-connections = 1, queue-timeout = 300 ms, first-byte-timeout = 2 s, ejection.failures = off");
        Set<Integer> known = Set.of(200, 503, 504);
        try (Load load = Load.start(12, site::client, GET, answer -> known.contains(answer.status()))) {
            load.awaitMore(100);
            origins.forEach(Origin::hold);
            Await.until(() -> load.statuses().getOrDefault(503, 0L) > 60, "answers of status 503");
            assertThat(load.longest(503))
                    .isBetween(Duration.ofMillis(300), Duration.ofMillis(300).plus(SLACK));
            origins.forEach(Origin::release);
            long before = load.statuses().getOrDefault(200, 0L);
            Await.until(() -> load.statuses().getOrDefault(200, 0L) > before + 200, "it serves again");
            assertThat(load.failures()).isEmpty();
            assertThat(load.longest(503)).isLessThan(Duration.ofMillis(300).plus(SLACK));
        }
        assertThat(site.sum("portcullis_upstream_waiting")).isZero();
    }

    @Test
    void whereNobodyIsAvailableAndThereIsNoPanicTheClientIsToldToComeBack() throws Exception {
        start(1, "panic-below = off, check { interval = 100 ms, fall = 1 }");
        origins.getFirst().stop();
        Await.until(() -> available() == 0, "it is down");
        site.fails(GET, 503, FailureKind.NO_AVAILABLE_ENDPOINT);
    }

    /** Whose power is cut refuses nothing: each connection is waited for in vain. */
    @Test
    void whereConnectionsAreWaitedForInVainOneTryIsEnoughOnceAllAreKnownToBeDown() throws Exception {
        try (ServerSocket one = new ServerSocket(0);
                ServerSocket two = new ServerSocket(0)) {
            proxy.start(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app {
                      endpoints = ["127.0.0.1:%d", "127.0.0.1:%d"], tls.verify = off, connect-timeout = 200 ms
                      ejection.failures = 1
                    }
                    routes = [ { upstream = app } ]
                    access-log { format = json, to = "{dir}/access.log" }
                    """
                            .formatted(one.getLocalPort(), two.getLocalPort()));
            RawResponse first = site.ask(GET);
            assertThat(first.status()).isEqualTo(503);
            assertThat(first.values("Proxy-Status"))
                    .containsExactly("portcullis; error=destination_unavailable; details=\"connection_timeout\"");
            assertThat(tries(first)).isEqualTo(2);
            RawResponse next = site.ask(GET);
            assertThat(next.status()).isEqualTo(503);
            assertThat(tries(next)).isEqualTo(1);
        }
    }

    private int tries(RawResponse answer) {
        String id = answer.values("X-Request-Id").getFirst();
        Await.until(() -> site.log().stream().anyMatch(line -> line.contains(id)), "its line in the log");
        String line = site.log().stream()
                .filter(each -> each.contains(id))
                .findFirst()
                .orElseThrow();
        return Integer.parseInt(line.replaceFirst(".*\"tries\":(\\d+).*", "$1"));
    }
}

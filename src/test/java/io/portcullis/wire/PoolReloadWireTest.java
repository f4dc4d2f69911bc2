package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What reloads do with the connections to endpoints, which those before and after them have in common. */
class PoolReloadWireTest {
    private static final String CONFIG =
            """
            runtime.event-loops = 2
            listeners { plain { bind = "127.0.0.1:0" } }
            upstreams.app { endpoints = ["{one}", "{two}"] }
            routes = [ { upstream = app } ]
            access-log { format = off }
            reload.watch = off
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);
    private final Origin one = Origin.start().respond(OK);
    private final Origin two = Origin.start().respond(OK);

    @BeforeEach
    void start() throws Exception {
        proxy.word("one", one.address()).word("two", two.address());
        proxy.start(CONFIG);
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    private void reload(String upstream) throws Exception {
        proxy.reload(CONFIG.replace("endpoints = [\"{one}\", \"{two}\"]", upstream));
    }

    private static long open(Origin origin) {
        return origin.connections().stream().filter(each -> !each.hasEnded()).count();
    }

    private double idle() {
        return site.sum("portcullis_endpoint_connections", "state=\"idle\"");
    }

    /** Asks on {@code client}, and so on one event loop, once for each endpoint. */
    private void askBoth(RawClient client) throws IOException {
        assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
    }

    private boolean isShown(Origin origin) {
        try {
            return proxy.scrape().samples().stream()
                    .anyMatch(each -> each.labels().contains("endpoint=\"" + origin.address() + "\""));
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }

    @Test
    void whatSaysNothingOfConnectionsKeepsThem() throws Exception {
        try (RawClient client = site.client()) {
            askBoth(client);
            reload("endpoints = [{ address = \"{one}\", weight = 2 }, \"{two}\"], balance = random");
            reload("endpoints = [\"{two}\", \"{one}\"], max-requests = 100, adaptive-limit {}");
            askBoth(client);
            reload("endpoints = [\"{one}\", \"{two}\"], ejection.failures = 9, slow-start = off");
            askBoth(client);
        }
        assertThat(one.connections()).hasSize(1);
        assertThat(two.connections()).hasSize(1);
        assertThat(one.requestCount() + two.requestCount()).isEqualTo(6);
        assertThat(site.sum("portcullis_endpoint_requests_total"))
                .as("counted on")
                .isEqualTo(6);
        site.nothingFailed();
    }

    @Test
    void whoIsGoneLosesItsConnectionsAndItsSeriesAndTheOtherKeepsItsOwn() throws Exception {
        try (RawClient client = site.client()) {
            askBoth(client);
            reload("endpoints = [\"{one}\"]");
            two.connections().getFirst().awaitEnd();
            Await.until(() -> !isShown(two), "its series are gone");
            assertThat(isShown(one)).isTrue();
            askBoth(client);
            assertThat(one.connections()).hasSize(1);
            reload("endpoints = [\"{two}\"]");
            one.connections().getFirst().awaitEnd();
            askBoth(client);
            assertThat(two.connections()).as("its pool is a new one").hasSize(2);
            assertThat(isShown(two)).isTrue();
        }
        site.nothingFailed();
    }

    @Test
    void whatRunsAtSomebodyWhoIsGoneEndsInPeace() throws Exception {
        two.hold();
        try (RawClient first = site.client();
                RawClient second = site.client()) {
            first.send(GET);
            second.send(GET);
            two.awaitRequest();
            reload("endpoints = [\"{one}\"]");
            assertThat(open(two)).isEqualTo(1);
            two.release();
            assertThat(first.readResponse().status()).isEqualTo(200);
            assertThat(second.readResponse().status()).isEqualTo(200);
            two.connections().getFirst().awaitEnd();
        }
        site.nothingFailed();
    }

    /** Whoever waits for a connection of a pool that a reload ended is served by it, for its place is there. */
    @Test
    void whoWaitsWhenItsPoolIsReplacedIsServed() throws Exception {
        reload("endpoints = [\"{one}\"], max-connections = 1");
        one.hold();
        try (RawClient first = site.client();
                RawClient second = site.client()) {
            first.send(GET);
            one.awaitRequest();
            second.send(GET);
            Await.until(() -> site.sum("portcullis_upstream_waiting") == 1, "the second waits");
            reload("endpoints = [\"{one}\"], max-connections = 2");
            one.release();
            assertThat(first.readResponse().status()).isEqualTo(200);
            assertThat(second.readResponse().status()).isEqualTo(200);
            Await.until(() -> open(one) == 0, "the old pool's connections are closed");
            assertThat(first.send(GET).readResponse().status()).isEqualTo(200);
        }
        assertThat(site.sum("portcullis_upstream_waiting")).isZero();
        site.nothingFailed();
    }

    @Test
    void aReloadThatIsRefusedAtTheLastMomentLeavesThePoolsAsTheyAre() throws Exception {
        try (RawClient client = site.client()) {
            askBoth(client);
            for (int i = 0; i < 5; i++) {
                // Everything is built when it turns out that nobody can listen there.
                proxy.write(CONFIG.replace("bind = \"127.0.0.1:0\"", "bind = [\"127.0.0.1:0\", \"192.0.2.1:0\"]")
                        .replace(
                                "endpoints = [\"{one}\", \"{two}\"]",
                                "endpoints = [\"{one}\"], balance = random, min-connections = 4"));
                try (RawClient admin = RawClient.plain(proxy.adminPort())) {
                    RawResponse answer = admin.send(
                                    "POST /reload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
                            .readResponse();
                    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
                }
            }
            askBoth(client);
            assertThat(isShown(two)).isTrue();
            assertThat(one.connections()).hasSize(1);
            assertThat(two.connections()).hasSize(1);
            reload("endpoints = [\"{one}\"]");
            two.connections().getFirst().awaitEnd();
        }
        site.nothingFailed();
    }

    @Test
    void manyReloadsUnderLoadLeaveNoConnectionOfPoolsThatAreGone() throws Exception {
        List<String> courses = List.of(
                "endpoints = [\"{one}\"]",
                "endpoints = [\"{one}\", \"{two}\"], max-connections = 40",
                "endpoints = [\"{two}\"], max-connections = 50",
                "endpoints = [\"{two}\", \"{one}\"], max-connections = 50, min-connections = 2");
        try (Load load = Load.start(8, site::client, GET)) {
            for (int i = 0; i < 40; i++) {
                load.awaitMore(20);
                reload(courses.get(i % courses.size()));
            }
            load.awaitMore(20);
            assertThat(load.failures()).isEmpty();
        }
        reload("endpoints = [\"{one}\"]");
        Await.until(() -> open(two) == 0, () -> open(two) + " connections nobody has", Await.LIMIT);
        Await.until(
                () -> open(one) == idle(),
                () -> open(one) + " connections, of which the pools know " + idle(),
                Await.LIMIT);
        assertThat(isShown(two)).isFalse();
        site.nothingFailed();
    }
}

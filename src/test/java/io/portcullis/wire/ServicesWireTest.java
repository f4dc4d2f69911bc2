package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.NameServer;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Endpoints that SRV records name (RFC 2782): ports, weights, priorities. */
class ServicesWireTest {
    private static final String SERVICE = "_http._tcp.app.test";

    private final NameServer names = NameServer.start();
    private final Origin one = Origin.start();
    private final Origin two = Origin.start();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension().word("names", names.address());

    private final Site site = new Site(proxy);

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
        names.close();
    }

    private void start() throws Exception {
        one.respond("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        two.respond("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
        names.addresses("a.test", 0, "127.0.0.1").addresses("b.test", 0, "127.0.0.1");
        proxy.start(CONFIG);
    }

    private static final String CONFIG =
            """
                runtime { event-loops = 1, dns { servers = ["{names}"], timeout = 200 ms } }
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app {
                  endpoints = ["srv:_http._tcp.app.test"], dns { min-ttl = 20 ms, max-ttl = 20 ms }, ejection.failures = 1
                }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """;

    private static String target(int priority, int weight, Origin origin, String host) {
        return priority + " " + weight + " " + origin.port() + " " + host;
    }

    /** Of so many requests, how many each served. */
    private Map<String, Integer> served(int requests) {
        Map<String, Integer> served = new TreeMap<>();
        for (int i = 0; i < requests; i++) {
            try {
                served.merge(site.ask(GET).body(), 1, Integer::sum);
            } catch (IOException e) {
                throw new AssertionError("no answer", e);
            }
        }
        return served;
    }

    @Test
    void weightsAndPortsOfTheRecordsHold() throws Exception {
        names.service(SERVICE, 60, target(1, 3, one, "a.test"), target(1, 1, two, "b.test"));
        start();
        assertThat(served(8)).isEqualTo(Map.of("one", 6, "two", 2));
    }

    @Test
    void largeWeightsAreScaledAndAWeightOfNothingIsTheLeast() throws Exception {
        names.service(SERVICE, 60, target(1, 60000, one, "a.test"), target(1, 0, two, "b.test"));
        start();
        Await.until(() -> weight("a.test") == 256 && weight("b.test") == 1, "the weights in the meters");
    }

    @Test
    void aHigherPriorityNumberIsABackup() throws Exception {
        names.service(SERVICE, 60, target(1, 1, one, "a.test"), target(2, 1, two, "b.test"));
        start();
        assertThat(served(4)).containsOnlyKeys("one");
        one.close();
        assertThat(served(4)).containsOnlyKeys("two");
    }

    @Test
    void prioritiesAreBackupsInTheirOrder() throws Exception {
        try (Origin three = Origin.start().respond("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nthree")) {
            names.addresses("c.test", 0, "127.0.0.1");
            names.service(
                    SERVICE,
                    60,
                    target(9, 1, three, "c.test"),
                    target(1, 1, one, "a.test"),
                    target(7, 1, two, "b.test"));
            start();
            one.close();
            assertThat(served(4)).containsOnlyKeys("two");
            two.close();
            assertThat(served(4)).containsOnlyKeys("three");
        }
    }

    @Test
    void recordsThatChangeAreTakenUpOnceTheNewTargetHasAnAddress() throws Exception {
        names.service(SERVICE, 0, target(1, 1, one, "a.test"));
        start();
        assertThat(served(4)).containsOnlyKeys("one");
        names.silence("b.test").service(SERVICE, 0, target(1, 1, two, "b.test"));
        Await.until(() -> names.asked("b.test") > 0, "a question for the new target");
        assertThat(served(2)).containsOnlyKeys("one");
        names.addresses("b.test", 0, "127.0.0.1");
        Await.until(() -> served(4).keySet().equals(java.util.Set.of("two")), "the new target");
        site.nothingFailed();
    }

    @Test
    void theLastGoodRecordsStayWhenTheyVanish() throws Exception {
        names.service(SERVICE, 0, target(1, 1, one, "a.test"));
        start();
        names.code(SERVICE, 3).code("a.test", 2);
        long before = names.asked(SERVICE);
        Await.until(() -> names.asked(SERVICE) > before + 1, "more questions");
        assertThat(served(4)).containsOnlyKeys("one");
        names.service(SERVICE, 0, "0 0 0 .".replace(" .", " "));
        long then = names.asked(SERVICE);
        Await.until(() -> names.asked(SERVICE) > then + 1, "an answer that there is no such service");
        assertThat(served(4)).containsOnlyKeys("one");
        site.nothingFailed();
    }

    @Test
    void aReloadWhileNoTargetEverHadAnAddressBeginsWithThoseThatServe() throws Exception {
        names.service(SERVICE, 0, target(1, 1, one, "a.test"));
        start();
        assertThat(served(2)).containsOnlyKeys("one");
        names.code("b.test", 3).service(SERVICE, 0, target(1, 1, two, "b.test"));
        Await.until(() -> names.asked("b.test") > 1, "a target that is not found");
        Await.until(() -> site.sum("portcullis_upstream_unresolved") == 1, "it is known not to be there");
        assertThat(served(2)).containsOnlyKeys("one");
        proxy.reload(CONFIG.replace("ejection.failures = 1", "ejection.failures = 2, max-waiting = 7"));
        assertThat(served(4)).containsOnlyKeys("one");
        names.addresses("b.test", 0, "127.0.0.1");
        Await.until(() -> served(4).keySet().equals(java.util.Set.of("two")), "the new target");
        site.nothingFailed();
    }

    private double weight(String host) {
        return site.sum("portcullis_endpoint_weight", "endpoint=\"" + host + "/");
    }
}

package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long idle connections are kept is learned of each endpoint. */
class KeepAliveWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    private void start(String settings) throws Exception {
        proxy.start(
                """
                runtime.event-loops = 1
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}"], %s }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """
                        .formatted(settings));
    }

    private double closed(String reason) {
        return site.sum("portcullis_endpoint_idle_closed_total", "reason=\"" + reason + "\"");
    }

    private double connections(String state) {
        return site.sum("portcullis_endpoint_connections", "state=\"" + state + "\"");
    }

    private double learned() {
        return site.sum("portcullis_endpoint_keep_alive_seconds");
    }

    /** One request, and the close of its connection by whichever side is first; then the meters have it too. */
    private void askAndAwaitClose() throws Exception {
        double before = closed("endpoint") + closed("keep_alive");
        int connections = site.origin().connections().size();
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(site.origin().connections()).hasSize(connections + 1);
        site.origin().connections().getLast().awaitEnd();
        Await.until(() -> closed("endpoint") + closed("keep_alive") > before, "the close in the meters");
    }

    @Test
    void anEndpointThatClosesIdleConnectionsIsForestalled() throws Exception {
        start("idle-timeout = 30 s");
        site.origin().keepAlive(Duration.ofSeconds(1));
        askAndAwaitClose();
        assertThat(learned()).isZero();
        askAndAwaitClose();
        assertThat(learned()).isBetween(0.7, 0.9);
        assertThat(closed("endpoint")).isEqualTo(2);
        // Noticed up to 100 ms late, a loop's look, and later where the machine is busy.
        for (int i = 0; i < 5 && closed("keep_alive") == 0; i++) {
            askAndAwaitClose();
        }
        assertThat(closed("keep_alive")).isEqualTo(1);
        assertThat(closed("idle_timeout")).isZero();
        site.nothingFailed();
    }

    @Test
    void theKeepAliveFieldIsBelieved() throws Exception {
        start("idle-timeout = 30 s");
        site.origin().respond("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1, max=100\r\nContent-Length: 2\r\n\r\nok");
        try (RawClient client = site.client()) {
            assertThat(client.send(GET).readResponse().values("Keep-Alive")).isEmpty();
            assertThat(learned()).isEqualTo(0.8);
            assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
        }
        site.origin().connections().getFirst().awaitEnd();
        assertThat(site.origin().connections()).hasSize(1);
        Await.until(() -> closed("keep_alive") == 1, "the close in the meters");
    }

    @Test
    void aRequestIsNotSentOnAConnectionThatTheEndpointIsAboutToClose() throws Exception {
        // The clock of a loop is coarse: between the limit (100 ms) and its next look the age is what counts.
        start("idle-timeout = 100 ms, keep-alive-learning = on");
        int avoided = 0;
        for (int i = 0; i < 40 && avoided == 0; i++) {
            assertThat(site.ask(GET).status()).isEqualTo(200);
            long rested = System.nanoTime();
            Await.until(() -> System.nanoTime() - rested > 101_000_000, "more than the limit");
            assertThat(site.ask(GET).status()).isEqualTo(200);
            avoided = (int) site.sum("portcullis_endpoint_reuses_avoided_total");
        }
        assertThat(avoided).isPositive();
        site.nothingFailed();
    }

    @Test
    void whereLearningIsOffTheIdleTimeoutAloneCounts() throws Exception {
        start("idle-timeout = 30 s, keep-alive-learning = off");
        site.origin().keepAlive(Duration.ofMillis(200));
        for (int i = 0; i < 4; i++) {
            askAndAwaitClose();
        }
        assertThat(learned()).isZero();
        assertThat(closed("endpoint")).isEqualTo(4);
    }

    @Test
    void anEndpointThatKeepsThemLongerThanBeforeIsNoticed() throws Exception {
        start("idle-timeout = 900 ms");
        site.origin().keepAlive(Duration.ofMillis(250));
        askAndAwaitClose();
        askAndAwaitClose();
        assertThat(learned()).isPositive();
        site.origin().keepAlive(Duration.ofSeconds(60));
        long end = System.nanoTime() + Await.LIMIT.toNanos();
        while (learned() > 0 && System.nanoTime() < end) {
            assertThat(site.ask(GET).status()).isEqualTo(200);
            Await.until(() -> connections("idle") == 0, "the close of an idle connection");
        }
        assertThat(learned()).isZero();
        site.nothingFailed();
    }

    @Test
    void aProbeIsNeverUsedForARequest() throws Exception {
        start("idle-timeout = 30 s, max-connections = 1, queue-timeout = 9 s");
        site.origin().respond("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").keepAlive(Duration.ofMillis(250));
        askAndAwaitClose();
        askAndAwaitClose();
        site.origin().keepAlive(Duration.ofSeconds(60));
        // One that is old enough to probe holds the only permit, and makes room at once.
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        while (System.nanoTime() < end) {
            assertThat(site.ask(GET).status()).isEqualTo(200);
            long rested = System.nanoTime();
            Await.until(() -> System.nanoTime() - rested > 350_000_000, "a connection that is past the limit");
        }
        assertThat(closed("room") + closed("keep_alive")).isPositive();
        site.nothingFailed();
    }

    @Test
    void connectionsThatARestartEndsTogetherTeachNothing() throws Exception {
        start("idle-timeout = 30 s");
        List<RawClient> clients = List.of(site.client(), site.client(), site.client());
        site.origin().hold();
        for (RawClient client : clients) {
            client.send(GET);
        }
        site.origin().awaitRequests(3);
        site.origin().release();
        for (RawClient client : clients) {
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.close();
        }
        Await.until(() -> site.sum("portcullis_endpoint_connections", "state=\"idle\"") == 3, "three idle connections");
        site.origin().stop();
        Await.until(() -> closed("endpoint") == 3, "three closes");
        assertThat(learned()).isZero();
        site.origin().answer(Script.ok("ok")).restart();
        assertThat(site.ask(GET).status()).isEqualTo(200);
    }
}

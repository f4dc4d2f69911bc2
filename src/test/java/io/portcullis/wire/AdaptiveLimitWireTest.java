package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What counts toward the limit that an upstream's latency sets, and where it is seen. How it moves: AdaptiveLimitTest. */
class AdaptiveLimitWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    private static String config(String settings) {
        return """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}"], %s }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """
                .formatted(settings);
    }

    private void start(String settings) throws Exception {
        proxy.start(config(settings));
    }

    @Test
    void whatIsAnsweredAndStillDownloadedTakesNothingOfTheAdaptiveLimit() throws Exception {
        start("adaptive-limit { min = 1, initial = 1, max = 1 }");
        site.origin().answer(turn -> {
            turn.request();
            turn.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            turn.hang();
        });
        try (RawClient slow = site.client()) {
            slow.send(GET);
            assertThat(slow.readHead().raw()).startsWith("HTTP/1.1 200 ");
            site.origin().respond(Site.OK);
            assertThat(site.ask(GET).status()).isEqualTo(200);
            slow.reset();
        }
    }

    @Test
    void whoLeavesBeforeItsAnswerGivesItsPlaceOfTheAdaptiveLimitBack() throws Exception {
        start("adaptive-limit { min = 1, initial = 1, max = 1 }");
        site.origin().hold();
        try (RawClient gone = site.client()) {
            gone.send(GET);
            site.origin().awaitRequest();
            gone.reset();
        }
        Await.until(() -> pressure().contains("\"waiting\":0"), () -> "nobody waits, but " + pressure(), Await.LIMIT);
        site.origin().release();
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(pressure()).contains("\"limit\":1", "\"leastMicros\":0");
    }

    @Test
    void theLeastLatencyIsMeasuredShownAndKeptOverAReload() throws Exception {
        String settings = "adaptive-limit { min = 2, initial = 5, max = 9, window = 10 ms }";
        start(settings);
        try (RawClient client = site.client()) {
            Await.until(
                    () -> {
                        assertThat(ask(client)).isEqualTo(200);
                        return least() > 0;
                    },
                    "a least latency");
        }
        assertThat(limit()).isBetween(2.0, 9.0);
        assertThat(pressure()).doesNotContain("\"leastMicros\":0");
        proxy.reload(config(settings + ", max-waiting = 7"));
        assertThat(least()).isPositive();
        proxy.reload(config("max-waiting = 7"));
        assertThat(least()).isZero();
        assertThat(limit()).isZero();
        assertThat(pressure()).contains("\"adaptive\":null");
        site.nothingFailed();
    }

    private static int ask(RawClient client) {
        try {
            return client.send(GET).readResponse().status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double limit() {
        return site.sum("portcullis_upstream_adaptive_limit");
    }

    private double least() {
        return site.sum("portcullis_upstream_least_latency_seconds");
    }

    /** What the admin listener tells of the upstream. */
    private String pressure() {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            List<String> parts = List.of(client.send("GET /upstreams HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                    .readResponse()
                    .body()
                    .split("\"endpoints\"", 2));
            return parts.getFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

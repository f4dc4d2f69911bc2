package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A product that hedges after 50 ms, before two endpoints, of which the first request of a test goes to the first. */
final class HedgeStage implements AfterEachCallback {
    final Origin slow = Origin.start();
    final Origin other = Origin.start();
    private final ProxyExtension proxy;
    private final Site site;

    HedgeStage(ProxyExtension proxy) {
        this.proxy = proxy.word("slow", slow.address()).word("other", other.address());
        this.site = new Site(proxy);
    }

    Site site() {
        return site;
    }

    void start(String more) throws Exception {
        start(more, "");
    }

    /** A failure of either endpoint would have it ejected. */
    void start(String more, String route) throws Exception {
        proxy.start(
                """
                runtime.event-loops = 1
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{slow}", "{other}"], ejection.failures = 1, slow-start = off, panic-below = off
                  hedge { after = 50 ms }
                  %s }
                routes = [ { upstream = app, %s } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(more, route));
    }

    double hedges(String outcome) {
        return site.sum("portcullis_upstream_hedges_total", "outcome=\"" + outcome + "\"");
    }

    double hedges() {
        return site.sum("portcullis_upstream_hedges_total");
    }

    void nobodyIsBlamed() {
        assertThat(site.sum("portcullis_endpoint_available")).isEqualTo(2);
        assertThat(site.sum("portcullis_upstream_retries_total")).isZero();
    }

    /** Every connection, exchange and try has come to rest. */
    void nothingRuns() {
        nothingRuns(proxy, site);
    }

    static void nothingRuns(ProxyExtension proxy, Site site) {
        for (String state : List.of("busy", "connecting")) {
            Await.until(
                    () -> site.sum("portcullis_endpoint_connections", "state=\"" + state + "\"") == 0,
                    "no connection " + state);
        }
        assertThat(site.sum("portcullis_upstream_waiting")).isZero();
        Await.until(
                () -> !upstreams(proxy).matches("(?s).*\"running\":[1-9].*"),
                () -> "no try, but " + upstreams(proxy),
                Await.LIMIT);
        assertThat(upstreams(proxy)).contains("\"running\":0");
    }

    private static String upstreams(ProxyExtension proxy) {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send("GET /upstreams HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse()
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Our error answer to a request that was hedged once. */
    static void told(RawResponse answer, int status, FailureKind kind) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.values("Proxy-Status"))
                .containsExactly("portcullis; error=" + kind.proxyStatus() + "; details=\"hedged, 2 tries\"");
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        slow.close();
        other.close();
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Scrape;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A backend that dies and comes back while clients ask. */
class BackendFailureWireTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final int CLIENTS = 16;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @Test
    void clientsSeeOnlyGatewayErrorsWithIdsAndServiceComesBackByItself() throws Exception {
        HttpsSite site = HttpsSite.of(proxy);
        proxy.start(
                """
                listeners { https { bind = "127.0.0.1:0", tls = public } }
                tls.public.certificates = [ { chain = "site.pem", key = "site.key" } ]
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """);
        proxy.origin().answer(Script.ok("x"));
        try (Load load = Load.start(CLIENTS, site::client, GET, BackendFailureWireTest::isHonest)) {
            for (int i = 0; i < 3; i++) {
                load.awaitMore(50);
                proxy.origin().stop();
                load.awaitMore(200);
                proxy.origin().restart();
                awaitService(site);
            }
            assertThat(load.failures()).isEmpty();
            assertThat(load.statuses().keySet()).contains(200).isSubsetOf(Set.of(200, 502, 503, 504));
            assertThat(connections()).isEqualTo(CLIENTS);
        }
        Await.until(() -> connections() == 0, "no client connection");
        Await.until(
                () -> scrape().sum("portcullis_requests_in_flight", "route") == inFlightOfAdmin(), "nothing in flight");
        assertThat(scrape().sum("portcullis_endpoint_connections", "state=\"busy\""))
                .isZero();
        assertThat(scrape().sum("portcullis_endpoint_connections", "state=\"connecting\""))
                .isZero();
        Await.until(this::idleIsWhatTheOriginHolds, "as many idle connections as the origin has open");
    }

    /** 200, or an error that says it is the backend's and carries an id to report. */
    private static boolean isHonest(RawResponse answer) {
        String id = answer.value("X-Request-Id");
        return id != null
                && !id.isEmpty()
                && (answer.status() == 200 || Set.of(502, 503, 504).contains(answer.status()));
    }

    /** Waits until a client of its own is served ten times in a row. */
    private static void awaitService(HttpsSite site) {
        int[] served = new int[1];
        Await.until(
                () -> {
                    try (RawClient client = site.client()) {
                        served[0] = client.send(GET).readResponse().status() == 200 ? served[0] + 1 : 0;
                    } catch (IOException e) {
                        throw new AssertionError("no answer", e);
                    }
                    return served[0] >= 10;
                },
                "ten answers in a row");
    }

    private boolean idleIsWhatTheOriginHolds() {
        long open = proxy.origin().connections().stream()
                .filter(connection -> !connection.hasEnded())
                .count();
        return scrape().sum("portcullis_endpoint_connections", "state=\"idle\"") == open;
    }

    private double inFlightOfAdmin() {
        return scrape().sum("portcullis_requests_in_flight", "route=\"admin\"");
    }

    private double connections() {
        return scrape().sum("portcullis_listener_connections", "listener=\"https\"");
    }

    private Scrape scrape() {
        try {
            return proxy.scrape();
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }
}

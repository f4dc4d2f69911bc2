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
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One of several backends dies under load, and the others serve. */
class FailoverWireTest {
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
                upstreams.app { endpoints = [%s], slow-start = off, %s }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(String.join(", ", addresses), more));
    }

    private double ejections() {
        return site.sum("portcullis_endpoint_ejections_total");
    }

    private double available() {
        return site.sum("portcullis_endpoint_available");
    }

    @ParameterizedTest
    @ValueSource(strings = {"round-robin", "least-requests", "peak-ewma", "random", "hash"})
    void killingOneOfThreeUnderLoadFailsNoIdempotentRequestAndEjectsIt(String balance) throws Exception {
        start(3, "balance = " + balance + ", ejection.time = 1 m, hash.by = path");
        Origin victim = balance.equals("hash") ? busiest() : origins.getFirst();
        try (Load load = Load.start(8, site::client, GET)) {
            load.awaitMore(300);
            victim.stop();
            Await.until(() -> ejections() == 1, "the ejection");
            load.awaitMore(300);
            long asked = victim.requestCount();
            load.awaitMore(300);
            assertThat(victim.requestCount()).isEqualTo(asked);
            assertThat(load.failures()).isEmpty();
            assertThat(load.statuses()).containsOnlyKeys(200);
        }
        assertThat(available()).isEqualTo(2);
        site.nothingFailed();
    }

    /** All requests have one key: whoever it leads to. */
    private Origin busiest() throws IOException {
        site.ask(GET);
        return origins.stream()
                .filter(origin -> origin.requestCount() > 0)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void r01NoPostIsSentTwiceWhileOneDies() throws Exception {
        start(3, "ejection.time = 1 m");
        Set<Integer> known = Set.of(200, 502);
        String post = "POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n";
        try (Load load = Load.start(8, site::client, post, answer -> known.contains(answer.status()))) {
            load.awaitMore(300);
            origins.getFirst().stop();
            load.awaitMore(300);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(site.sum("portcullis_upstream_retries_total", "reason=\"upstream_closed\""))
                .isZero();
    }

    @Test
    void backupsServeWhileTheOthersAreDown() throws Exception {
        origins.add(Origin.start().respond(OK));
        origins.add(Origin.start().respond(OK));
        proxy.word("main", origins.get(0).address())
                .word("backup", origins.get(1).address());
        proxy.start(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app {
                  endpoints = ["{main}", { address = "{backup}", backup = on }], slow-start = off
                  check { by = tcp, interval = 100 ms, rise = 1, fall = 1 }
                }
                routes = [ { upstream = app } ]
                """);
        Await.until(() -> available() == 2, "both are up");
        site.ask(GET);
        assertThat(origins.get(1).requestCount()).isZero();
        origins.get(0).stop();
        Await.until(() -> available() == 1, "one is down");
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(origins.get(1).requestCount()).isEqualTo(1);
        origins.get(0).restart();
        Await.until(() -> available() == 2, "it is back");
        site.ask(GET);
        assertThat(origins.get(1).requestCount()).isEqualTo(1);
    }

    @Test
    void anAnswerThatIsAsGoodAsNoneIsAskedForElsewhere() throws Exception {
        start(2, "retries.on = [connect, 503]");
        origins.getFirst().respond("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno");
        for (int i = 0; i < 4; i++) {
            assertThat(site.ask(GET).status()).isEqualTo(200);
        }
        assertThat(site.sum("portcullis_upstream_retries_total", "reason=\"status_503\""))
                .isEqualTo(2);
        origins.getLast().respond("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nlast");
        RawResponse last = site.ask(GET);
        assertThat(last.status()).isEqualTo(503);
        assertThat(last.values("Proxy-Status")).isEmpty();
        site.nothingFailed();
    }

    @Test
    void r01APostGetsTheAnswerThatCame() throws Exception {
        start(2, "retries.on = [connect, closed, timeout, 503]");
        origins.forEach(origin -> origin.respond("HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno"));
        RawResponse answer = site.ask("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n");
        assertThat(answer.body()).isEqualTo("no");
        assertThat(origins.getFirst().requestCount() + origins.getLast().requestCount())
                .isEqualTo(1);
    }

    @Test
    void whoHangsIsLeftForAnotherWhereThatIsAskedFor() throws Exception {
        start(2, "retries.on = [timeout], first-byte-timeout = 200 ms");
        origins.getFirst().hold();
        for (int i = 0; i < 4; i++) {
            assertThat(site.ask(GET).status()).isEqualTo(200);
        }
        assertThat(site.sum("portcullis_upstream_retries_total", "reason=\"first_byte_timeout\""))
                .isEqualTo(2);
        origins.getFirst().release();
    }

    @Test
    void whereTheBudgetIsSpentTheClientIsToldOfTheFailure() throws Exception {
        start(2, "retries { budget-min = 1, budget = 1 % }, ejection { failures = off, failure-ratio = off }");
        origins.getFirst().answer(turn -> {
            turn.request();
            turn.reset();
        });
        Set<Integer> known = Set.of(200, 502);
        try (Load load = Load.start(4, site::client, GET, answer -> known.contains(answer.status()))) {
            Await.until(() -> site.sum("portcullis_upstream_retries_refused_total") > 10, "refused retries");
            assertThat(load.failures()).isEmpty();
            assertThat(load.statuses()).containsKeys(200, 502);
        }
    }

    @Test
    void r16WhatIsBeyondMaxRequestsIsToldToComeBack() throws Exception {
        start(2, "max-requests = 2");
        origins.forEach(Origin::hold);
        try (RawClient first = site.client();
                RawClient second = site.client()) {
            first.send(GET);
            second.send(GET);
            origins.forEach(Origin::awaitRequest);
            site.fails(GET, 503, FailureKind.UPSTREAM_BUSY);
            origins.forEach(Origin::release);
            assertThat(first.readResponse().status()).isEqualTo(200);
            assertThat(second.readResponse().status()).isEqualTo(200);
        }
        Await.until(() -> site.sum("portcullis_requests_in_flight") == 0, "both are over");
        assertThat(site.ask(GET).status()).isEqualTo(200);
    }
}

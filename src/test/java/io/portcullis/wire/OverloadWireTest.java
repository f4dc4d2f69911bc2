package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** More requests than an upstream may have: who waits, for how long, and what the others are told. */
class OverloadWireTest {
    /** Between two looks at who waits, and what a busy machine may add. */
    private static final Duration SLACK = Duration.ofMillis(100 + 1500);

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    private void start(String settings) throws Exception {
        proxy.start(
                """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}"], first-byte-timeout = 30 s, %s }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(settings));
    }

    /** Since then it took no less than {@code limit} (the clock of a loop may be late by what else happens at that moment), and little more. */
    private static void took(long beganNanos, Duration limit) {
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos))
                .isBetween(limit.minusMillis(20), limit.plus(SLACK));
    }

    private double waiting() {
        return site.sum("portcullis_upstream_waiting");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-connections = 1, max-waiting = off | NO_FREE_CONNECTION",
                "max-connections = 1, queue-timeout = 50 ms | NO_FREE_CONNECTION",
                "max-requests = 1 | UPSTREAM_BUSY",
                "adaptive-limit { min = 1, initial = 1, max = 1 } | UPSTREAM_OVERLOADED",
            })
    void r16WhatIsTooMuchGets503AndWhenToComeBack(String settings, FailureKind kind) throws Exception {
        start(settings);
        site.origin().hold();
        try (RawClient first = site.client()) {
            first.send(GET);
            site.origin().awaitRequest();
            RawResponse answer = site.fails(GET, 503, kind);
            assertThat(answer.values("Retry-After")).containsExactly("1");
            site.origin().release();
            assertThat(first.readResponse().status()).isEqualTo(200);
        }
        Await.until(() -> site.sum("portcullis_requests_in_flight", "route=\"/\"") == 0, "the first is over");
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(site.origin().requestCount())
                .as("what was refused never went there")
                .isEqualTo(2);
    }

    @Test
    void whoWaitsIsToldAfterTheQueuesTimeNotTheConnects() throws Exception {
        start("max-connections = 1, queue-timeout = 300 ms, connect-timeout = 20 s");
        site.origin().hold();
        try (RawClient first = site.client()) {
            first.send(GET);
            site.origin().awaitRequest();
            long began = System.nanoTime();
            site.fails(GET, 503, FailureKind.NO_FREE_CONNECTION);
            took(began, Duration.ofMillis(300));
            site.origin().release();
            assertThat(first.readResponse().status()).isEqualTo(200);
        }
    }

    /** On two loops, of which each has a part of the queue. */
    @Test
    void aFullUpstreamTellsEverybodyWithinTheQueuesTimeAndItsQueueDrains() throws Exception {
        start("max-connections = 2, max-waiting = 12, queue-timeout = 400 ms");
        site.origin().hold();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            clients.add(site.client());
        }
        List<RawClient> served = clients.subList(0, 2);
        List<RawClient> others = clients.subList(2, 14);
        for (RawClient client : served) {
            client.send(GET);
        }
        site.origin().awaitRequests(2);
        long began = System.nanoTime();
        for (RawClient client : others) {
            client.send(GET);
        }
        for (RawClient client : others) {
            RawResponse answer = client.readResponse();
            Site.tells(answer, 503, FailureKind.NO_FREE_CONNECTION);
            assertThat(answer.values("Retry-After")).containsExactly("1");
            took(began, Duration.ofMillis(400));
        }
        Await.until(() -> waiting() == 0, "nobody waits");
        assertThat(waits("timeout")).isEqualTo(12);
        site.origin().release();
        for (RawClient client : served) {
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        for (RawClient client : others) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        }
        assertThat(site.origin().requestCount())
                .as("what was refused never went there")
                .isEqualTo(2 + 12);
        assertThat(waiting()).isZero();
        for (RawClient client : clients) {
            client.close();
        }
    }

    /** Whoever comes one after the other leaves in that order, each in its own time. */
    @Test
    void eachWaitHasItsOwnTimeHoweverManyWaitBeforeIt() throws Exception {
        start("max-connections = 1, queue-timeout = 600 ms");
        site.origin().hold();
        try (RawClient first = site.client();
                RawClient second = site.client();
                RawClient third = site.client()) {
            first.send(GET);
            site.origin().awaitRequest();
            long secondBegan = System.nanoTime();
            second.send(GET);
            Await.until(() -> System.nanoTime() - secondBegan > 300_000_000L, "half of its time");
            long thirdBegan = System.nanoTime();
            third.send(GET);
            Site.tells(second.readResponse(), 503, FailureKind.NO_FREE_CONNECTION);
            took(secondBegan, Duration.ofMillis(600));
            Site.tells(third.readResponse(), 503, FailureKind.NO_FREE_CONNECTION);
            took(thirdBegan, Duration.ofMillis(600));
            site.origin().release();
            assertThat(first.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatLeavesGivesUpItsPlaceInTheQueue() throws Exception {
        start("max-connections = 1, max-waiting = 1, queue-timeout = 20 s");
        site.origin().hold();
        try (RawClient first = site.client();
                RawClient third = site.client()) {
            first.send(GET);
            site.origin().awaitRequest();
            try (RawClient second = site.client()) {
                second.send(GET);
                Await.until(() -> waiting() == 1, "the second waits");
                second.reset();
            }
            Await.until(() -> waiting() == 0, "its place is free");
            third.send(GET);
            Await.until(() -> waiting() == 1, "the third waits");
            site.origin().release();
            assertThat(first.readResponse().status()).isEqualTo(200);
            assertThat(third.readResponse().status()).isEqualTo(200);
        }
        assertThat(waits("cancelled")).isEqualTo(1);
        assertThat(waits("refused")).isZero();
        assertThat(site.origin().requestCount()).isEqualTo(2);
    }

    @Test
    void whereAllHangTheRestIsToldWithinTheQueuesTimeAndServiceComesBackByItself() throws Exception {
        start("max-connections = 2, queue-timeout = 300 ms");
        site.origin().hold();
        try (RawClient first = site.client();
                RawClient second = site.client()) {
            first.send(GET);
            second.send(GET);
            site.origin().awaitRequests(2);
            for (int i = 0; i < 3; i++) {
                long began = System.nanoTime();
                Site.tells(site.ask(GET), 503, FailureKind.NO_FREE_CONNECTION);
                took(began, Duration.ofMillis(300));
            }
            site.origin().release();
            assertThat(first.readResponse().status()).isEqualTo(200);
            assertThat(second.readResponse().status()).isEqualTo(200);
        }
        assertThat(site.ask(GET).status()).isEqualTo(200);
    }

    @Test
    void aClientThatUploadsSlowlyDoesNotMakeItsEndpointLookSlow() throws Exception {
        start("balance = peak-ewma");
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 2\r\n\r\na");
            site.origin().awaitHeads(1);
            long began = System.nanoTime();
            Await.until(() -> System.nanoTime() - began > 600_000_000L, "a slow client");
            assertThat(client.send("b").readResponse().status()).isEqualTo(200);
        }
        Await.until(() -> site.sum("portcullis_upstream_first_byte_duration_seconds_count") == 1, "its end");
        assertThat(site.sum("portcullis_upstream_first_byte_duration_seconds_sum"))
                .isLessThan(0.5);
    }

    private double waits(String result) {
        return site.sum("portcullis_upstream_waits_total", "result=\"" + result + "\"");
    }
}

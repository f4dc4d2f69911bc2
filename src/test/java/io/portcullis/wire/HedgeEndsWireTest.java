package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Http2Script;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hedging over HTTP/2, with more than two endpoints or none to hedge to, at length, and as it is told. */
class HedgeEndsWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    private void start(String endpoints, String more) throws Exception {
        proxy.start(
                """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = [%s], ejection.failures = 1, hedge.after = 30 ms, retries.budget-min = 10000, %s }
                routes = [ { name = all, upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(endpoints, more));
    }

    private double hedges(String outcome) {
        return site.sum("portcullis_upstream_hedges_total", "outcome=\"" + outcome + "\"");
    }

    private void nothingRuns() {
        HedgeStage.nothingRuns(proxy, site);
        assertThat(site.sum("portcullis_endpoint_available")).isEqualTo(site.sum("portcullis_endpoint_weight"));
    }

    private static String quoted(String... addresses) {
        return '"' + String.join("\", \"", addresses) + '"';
    }

    /** Of each three requests that come one is never answered; the other endpoint answers all. */
    private static Script everyThirdHangs() {
        AtomicInteger count = new AtomicInteger();
        return turn -> {
            if (count.incrementAndGet() % 3 == 0) {
                turn.hang();
            } else {
                turn.respond(OK);
            }
        };
    }

    @Test
    void someHundredHedgedRequestsLeaveNothingBehind() throws Exception {
        try (Origin first = Origin.start().answer(everyThirdHangs());
                Origin second = Origin.start().respond(OK)) {
            start(quoted(first.address(), second.address()), "max-connections = 16, first-byte-timeout = 5 s");
            try (Load load = Load.start(8, site::client, GET)) {
                load.awaitMore(2000);
                assertThat(load.failures()).isEmpty();
                assertThat(load.statuses()).containsOnlyKeys(200);
            }
            nothingRuns();
            assertThat(hedges("won")).isGreaterThan(100);
            assertThat(site.sum("portcullis_upstream_retries_total")).isZero();
            long open = first.connections().stream()
                    .filter(each -> !each.hasEnded())
                    .count();
            assertThat(open).isLessThanOrEqualTo(16);
        }
    }

    @Test
    void someHundredHedgedRequestsOverHttp2LeaveNothingBehind() throws Exception {
        AtomicInteger count = new AtomicInteger();
        Http2Script third = turn -> {
            if (count.incrementAndGet() % 3 != 0) {
                turn.respond(OK);
            }
        };
        try (Http2Origin first = Http2Origin.start().answer(third);
                Http2Origin second = Http2Origin.start().respond(OK)) {
            start(quoted(first.address(), second.address()), "protocol = h2c, first-byte-timeout = 5 s");
            try (Load load = Load.start(8, site::client, GET)) {
                load.awaitMore(1500);
                assertThat(load.failures()).isEmpty();
                assertThat(load.statuses()).containsOnlyKeys(200);
            }
            nothingRuns();
            assertThat(hedges("won")).isGreaterThan(100);
            assertThat(first.connections()).as("one for each event loop").hasSizeLessThanOrEqualTo(2);
        }
    }

    @Test
    void overHttp2TheLosersStreamIsResetAndItsConnectionServesOn() throws Exception {
        try (Http2Origin first = Http2Origin.start().answer(turn -> {});
                Http2Origin second = Http2Origin.start()) {
            start(quoted(first.address(), second.address()), "protocol = h2c");
            try (RawClient client = site.client()) {
                assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
                assertThat(first.awaitTurn().awaitReset()).isEqualTo("CANCEL");
                first.answer(turn -> turn.respond(OK));
                assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
                assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
            }
            assertThat(first.awaitTurns(2)).hasSize(2);
            assertThat(first.connections()).hasSize(1);
            assertThat(hedges("won")).isEqualTo(1);
            nothingRuns();
            site.nothingFailed();
        }
    }

    /** The first so many requests that come, to whomever, are never answered. */
    private static Script firstHang(int many, AtomicInteger count) {
        return turn -> {
            if (count.incrementAndGet() <= many) {
                turn.hang();
            } else {
                turn.respond(OK);
            }
        };
    }

    @Test
    void asManyAreAskedAsMayAndEachOnce() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (Origin first = Origin.start().answer(firstHang(2, count));
                Origin second = Origin.start().answer(firstHang(2, count));
                Origin third = Origin.start().answer(firstHang(2, count))) {
            start(quoted(first.address(), second.address(), third.address()), "hedge.most = 2");
            assertThat(site.ask(GET).status()).isEqualTo(200);
            for (Origin origin : List.of(first, second, third)) {
                assertThat(origin.awaitRequests(1)).hasSize(1);
            }
            assertThat(hedges("won")).isEqualTo(1);
            assertThat(hedges("lost")).isEqualTo(1);
            nothingRuns();
            assertThat(site.sum("portcullis_endpoint_connections", "state=\"idle\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void theSameEndpointIsNotAskedTwice() throws Exception {
        try (Origin only = Origin.start()) {
            start(quoted(only.address()), "");
            only.hold();
            try (RawClient client = site.client()) {
                client.send(GET);
                Await.until(() -> hedges("nowhere") == 1, "a hedge that is not made");
                only.release();
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
            assertThat(only.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void aRetryAfterAFailureIsHedgedLikeAFirstTry() throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (Origin first = Origin.start();
                Origin second = Origin.start().answer(firstHang(1, count));
                Origin third = Origin.start().answer(firstHang(1, count))) {
            start(quoted(first.address(), second.address(), third.address()), "slow-start = off");
            first.stop();
            assertThat(site.ask(GET).status()).isEqualTo(200);
            assertThat(second.requestCount()).isEqualTo(1);
            assertThat(third.requestCount()).isEqualTo(1);
            Await.until(() -> site.log().size() == 1, "the line");
            assertThat(site.log().getFirst()).contains("\"tries\":3");
            assertThat(hedges("won")).isEqualTo(1);
        }
    }

    /** Who is always cancelled never tells how slow it is; peak-ewma would take it for the fastest. */
    @Test
    void aLoserIsAsSlowForTheBalancerAsItWasSeenToBe() throws Exception {
        try (Origin first = Origin.start().answer(Turn::hang);
                Origin second = Origin.start().respond(OK)) {
            start(quoted(first.address(), second.address()), "balance = peak-ewma");
            for (int i = 0; i < 60; i++) {
                assertThat(site.ask(GET).status()).isEqualTo(200);
            }
            assertThat(first.requestCount()).isLessThan(15);
            assertThat(hedges("won")).isEqualTo(first.requestCount());
            nothingRuns();
        }
    }

    @Test
    void whyTellsWhoWasAskedAsWellAndWhoAnswered() throws Exception {
        try (Origin first = Origin.start().answer(Turn::hang);
                Origin second = Origin.start().respond(OK)) {
            start(quoted(first.address(), second.address()), "");
            String id = Objects.requireNonNull(site.ask(GET).value("X-Request-Id"));
            String told = admin("/why/" + id).body();
            assertThat(told).contains("upstream        app, " + second.address() + ", 2 tries, this one answered");
            assertThat(told.lines()
                            .filter(line -> line.contains(" ms  "))
                            .map(line -> line.replaceFirst(".* ms  ", "")))
                    .containsExactly(
                            "accepted",
                            "head read, route found",
                            "no answer yet: " + second.address() + " is asked as well",
                            "sent, on a new connection",
                            "first byte of the answer",
                            "last byte");
        }
    }

    @Test
    void explainTellsWhatWouldBeHedged() throws Exception {
        try (Origin first = Origin.start();
                Origin second = Origin.start()) {
            start(quoted(first.address(), second.address()), "");
            assertThat(admin("/explain?url=http%3A%2F%2Fexample.com%2F").body())
                    .contains(
                            "hedged          no answer for 30 ms: another endpoint is asked as well, while the budget");
            assertThat(admin("/explain?method=POST&url=http%3A%2F%2Fexample.com%2F")
                            .body())
                    .contains("hedged          never: only GET, HEAD and OPTIONS without a body are");
        }
    }

    private RawResponse admin(String target) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse();
        }
    }
}

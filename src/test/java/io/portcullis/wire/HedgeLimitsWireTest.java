package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not hedged, and what ends those who race. */
class HedgeLimitsWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final HedgeStage stage = new HedgeStage(proxy);

    private final Site site = stage.site();

    @Test
    void r07AClientThatLeavesCancelsBoth() throws Exception {
        stage.start("");
        stage.slow.answer(Turn::hang);
        stage.other.answer(Turn::hang);
        try (RawClient client = site.client()) {
            client.send(GET);
            stage.slow.awaitRequest();
            stage.other.awaitRequest();
            client.reset();
        }
        stage.slow.connections().getFirst().awaitEnd();
        stage.other.connections().getFirst().awaitEnd();
        site.logged(FailureKind.CLIENT_GONE);
        assertThat(stage.hedges("cancelled")).isEqualTo(1);
        stage.nobodyIsBlamed();
        stage.nothingRuns();
    }

    @Test
    void theTotalTimeEndsBothAndBlamesNeither() throws Exception {
        stage.start("", "timeouts.total = 300 ms");
        stage.slow.answer(Turn::hang);
        stage.other.answer(Turn::hang);
        HedgeStage.told(site.ask(GET), 504, FailureKind.TOTAL_TIMEOUT);
        stage.slow.connections().getFirst().awaitEnd();
        stage.other.connections().getFirst().awaitEnd();
        site.counted(FailureKind.TOTAL_TIMEOUT);
        assertThat(stage.hedges("cancelled")).isEqualTo(1);
        stage.nobodyIsBlamed();
        stage.nothingRuns();
    }

    @Test
    void eachTryHasItsOwnTime() throws Exception {
        stage.start("first-byte-timeout = 400 ms, ejection.failures = 2, ejection.failure-ratio = off");
        stage.slow.answer(Turn::hang);
        stage.other.answer(Turn::hang);
        HedgeStage.told(site.ask(GET), 504, FailureKind.FIRST_BYTE_TIMEOUT);
        stage.slow.connections().getFirst().awaitEnd();
        stage.other.connections().getFirst().awaitEnd();
        site.counted(FailureKind.FIRST_BYTE_TIMEOUT);
        assertThat(stage.hedges("failed")).isEqualTo(1);
        stage.nothingRuns();
    }

    @Test
    void theBudgetOfRetriesIsThatOfHedges() throws Exception {
        stage.start("retries { budget = 1 %, budget-min = 1 }");
        CountDownLatch gate = new CountDownLatch(1);
        Script late = turn -> {
            Http2EndpointStage.await(gate);
            turn.respond(OK);
        };
        stage.slow.answer(late);
        stage.other.answer(late);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(site.client().send(GET));
        }
        Await.until(
                () -> stage.hedges("refused") == 3, () -> "three refused, but " + stage.hedges("refused"), Await.LIMIT);
        gate.countDown();
        for (RawClient client : clients) {
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.close();
        }
        assertThat(stage.hedges()).isEqualTo(4);
        assertThat(site.sum("portcullis_upstream_retries_refused_total")).isEqualTo(3);
        stage.nothingRuns();
        site.nothingFailed();
    }

    /** The last request is hedged, and so would those before it have been by then. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
                "DELETE / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
                "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            })
    void r01WhatMayNotBeSentTwiceIsNot(String request) throws Exception {
        stage.start("");
        stage.slow.hold();
        stage.other.hold();
        try (RawClient client = site.client();
                RawClient after = site.client()) {
            client.send(request.replaceFirst("\r\n", "\r\n" + HOST));
            Await.until(() -> stage.slow.requestCount() + stage.other.requestCount() == 1, "the request");
            after.send(GET);
            Await.until(() -> stage.slow.requestCount() + stage.other.requestCount() >= 3, "a request that is hedged");
            assertThat(stage.slow.requestCount() + stage.other.requestCount()).isEqualTo(3);
            stage.slow.release();
            stage.other.release();
            assertThat(client.readResponse().status()).isLessThan(503);
            assertThat(after.readResponse().status()).isEqualTo(200);
        }
        assertThat(stage.hedges()).isEqualTo(1);
    }

    @Test
    void r03WhoSaysAnythingIsTheOneWhoAnswers() throws Exception {
        stage.start("");
        CountDownLatch gate = new CountDownLatch(1);
        stage.slow.answer(turn -> {
            stage.other.awaitRequest();
            turn.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            Http2EndpointStage.await(gate);
            turn.respond(OK);
        });
        stage.other.answer(Turn::hang);
        try (RawClient client = site.client()) {
            client.send(GET);
            assertThat(client.readResponse().status()).isEqualTo(103);
            stage.other.connections().getFirst().awaitEnd();
            gate.countDown();
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
        assertThat(stage.hedges("lost")).isEqualTo(1);
        stage.nobodyIsBlamed();
        stage.nothingRuns();
    }
}

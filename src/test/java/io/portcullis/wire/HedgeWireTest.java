package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another endpoint is asked where the first takes long: whoever answers first answers, and nothing is left of the others. */
class HedgeWireTest {
    private static final String UNWELL = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final HedgeStage stage = new HedgeStage(proxy);

    private final Site site = stage.site();

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS"})
    void whoeverAnswersFirstAnswersAndTheSlowOneSeesItsConnectionClosed(String method) throws Exception {
        stage.start("");
        stage.slow.answer(Turn::hang);
        RawResponse answer = site.ask(method + " / HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(answer.status()).isEqualTo(200);
        stage.slow.awaitRequest();
        stage.slow.connections().getFirst().awaitEnd();
        assertThat(stage.slow.requestCount()).isEqualTo(1);
        assertThat(stage.other.requestCount()).isEqualTo(1);
        assertThat(stage.hedges("won")).isEqualTo(1);
        assertThat(stage.hedges()).isEqualTo(1);
        assertThat(site.sum("portcullis_endpoint_requests_total", "class=\"none\""))
                .isEqualTo(1);
        assertThat(site.sum("portcullis_endpoint_requests_total", "class=\"2xx\""))
                .isEqualTo(1);
        stage.nobodyIsBlamed();
        stage.nothingRuns();
        site.nothingFailed();
        Await.until(() -> site.log().size() == 1, "the line");
        assertThat(site.log().getFirst()).contains("\"tries\":2", "\"endpoint\":\"" + stage.other.address() + "\"");
    }

    @Test
    void whatIsAnsweredInTimeIsNotHedged() throws Exception {
        stage.start("hedge.after = 1 m");
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(stage.slow.requestCount()).isEqualTo(1);
        assertThat(stage.other.requestCount()).isEqualTo(1);
        assertThat(stage.hedges()).isZero();
    }

    @Test
    void whereTheFirstAnswersAfterAllTheHedgeIsCancelled() throws Exception {
        stage.start("");
        CountDownLatch gate = new CountDownLatch(1);
        stage.slow.answer(turn -> {
            Http2EndpointStage.await(gate);
            turn.respond(OK);
        });
        stage.other.answer(Turn::hang);
        try (RawClient client = site.client()) {
            client.send(GET);
            stage.other.awaitRequest();
            gate.countDown();
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
        stage.other.connections().getFirst().awaitEnd();
        assertThat(stage.hedges("lost")).isEqualTo(1);
        Await.until(() -> site.log().size() == 1, "the line");
        assertThat(site.log().getFirst()).contains("\"tries\":2", "\"endpoint\":\"" + stage.slow.address() + "\"");
        stage.nobodyIsBlamed();
        stage.nothingRuns();
        site.nothingFailed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", "garbage\r\n\r\n", UNWELL})
    void whereTheFirstComesToNothingTheHedgeStillAnswers(String words) throws Exception {
        stage.start("retries.on = [503], ejection.failures = off, ejection.failure-ratio = off");
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        stage.slow.answer(turn -> {
            Http2EndpointStage.await(asked);
            turn.send(words).close();
        });
        stage.other.answer(turn -> {
            asked.countDown();
            Http2EndpointStage.await(failed);
            turn.respond(OK);
        });
        try (RawClient client = site.client()) {
            client.send(GET);
            stage.other.awaitRequest();
            Await.until(() -> site.sum("portcullis_endpoint_requests_total") == 1, "the end of the first try");
            failed.countDown();
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(stage.hedges("won")).isEqualTo(1);
        assertThat(site.sum("portcullis_upstream_retries_total")).isZero();
        site.nothingFailed();
        stage.nothingRuns();
    }

    @Test
    void aHedgeThatFailsLeavesTheFirst() throws Exception {
        stage.start("ejection.failures = off, ejection.failure-ratio = off");
        CountDownLatch gate = new CountDownLatch(1);
        stage.slow.answer(turn -> {
            Http2EndpointStage.await(gate);
            turn.respond(OK);
        });
        stage.other.answer(Script.partThenReset(""));
        try (RawClient client = site.client()) {
            client.send(GET);
            Await.until(() -> site.sum("portcullis_endpoint_requests_total") == 1, "the end of the hedge");
            gate.countDown();
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(stage.hedges("failed")).isEqualTo(1);
        site.nothingFailed();
        stage.nothingRuns();
    }

    @Test
    void whereBothFailTheClientIsToldOfTheLast() throws Exception {
        stage.start("ejection.failures = off, ejection.failure-ratio = off");
        CountDownLatch gate = new CountDownLatch(1);
        stage.slow.answer(turn -> {
            Http2EndpointStage.await(gate);
            turn.close();
        });
        stage.other.answer(turn -> {
            gate.countDown();
            turn.send("HTTP/1.1 20");
            turn.hang();
        });
        try (RawClient client = site.client()) {
            client.send(GET);
            Await.until(() -> site.sum("portcullis_endpoint_requests_total") == 1, "the end of the first try");
            stage.other.connections().getFirst().close();
            HedgeStage.told(client.readResponse(), 502, FailureKind.RESPONSE_INCOMPLETE);
        }
        site.counted(FailureKind.RESPONSE_INCOMPLETE);
        assertThat(stage.hedges("failed")).isEqualTo(1);
        stage.nothingRuns();
    }

    @Test
    void whereBothAreUnwellTheClientGetsTheAnswerOfTheLast() throws Exception {
        stage.start("retries.on = [503]");
        CountDownLatch gate = new CountDownLatch(1);
        stage.slow.answer(turn -> {
            Http2EndpointStage.await(gate);
            turn.respond(UNWELL.replace("\r\n\r\n", "\r\nX-From: first\r\n\r\n"));
        });
        stage.other.answer(turn -> turn.respond(UNWELL));
        try (RawClient client = site.client()) {
            client.send(GET);
            Await.until(() -> site.sum("portcullis_endpoint_requests_total") == 1, "the end of the hedge");
            gate.countDown();
            RawResponse answer = client.readResponse();
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.values("X-From")).containsExactly("first");
        }
        assertThat(stage.hedges("failed")).isEqualTo(1);
        stage.nobodyIsBlamed();
        stage.nothingRuns();
    }

    @Test
    void aStatusThatIsNotToBeTriedElsewhereIsAnAnswer() throws Exception {
        stage.start("retries.on = [connect]");
        stage.slow.answer(Turn::hang);
        stage.other.respond(UNWELL);
        assertThat(site.ask(GET).status()).isEqualTo(503);
        assertThat(stage.hedges("won")).isEqualTo(1);
        stage.slow.connections().getFirst().awaitEnd();
        stage.nothingRuns();
    }
}

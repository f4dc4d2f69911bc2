package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Collector;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Spans at a collector: what they say, and what becomes of requests where it takes none. */
class TracingWireTest {
    private static final String CONFIG =
            """
            listeners { plain { bind = "127.0.0.1:0" } }
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { path = /shop/, upstream = app }, { upstream = app } ]
            access-log { format = json, to = "{dir}/access.log" }
            """;

    private final Collector collector = Collector.start();
    private final Origin second = Origin.start();

    @RegisterExtension
    final ProxyExtension proxy =
            new ProxyExtension().word("collector", collector.traces()).word("second", second.address());

    private final Site site = new Site(proxy);

    @AfterEach
    void close() throws IOException {
        collector.close();
        second.close();
    }

    private void start(String config, String more) throws Exception {
        proxy.start(config + "tracing { endpoint = \"{collector}\", " + more + " }\n");
    }

    private RawRequest seen() {
        return proxy.origin().awaitRequests(1).getLast();
    }

    private static String get(String fields) {
        return "GET /shop/cart?token=secret HTTP/1.1\r\n" + HOST + fields + "\r\n";
    }

    private List<Collector.Seen> spans(int many) {
        return collector.awaitSpans(many);
    }

    @Test
    void anExchangeIsAServersSpanAndItsTryAClients() throws Exception {
        start(CONFIG, "sample = 1");
        RawResponse answer = site.ask(get("User-Agent: test\r\n"));
        Collector.Seen server = spans(2).getFirst();
        Collector.Seen client = spans(2).getLast();
        assertThat(server.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        assertThat(server.name()).isEqualTo("GET /shop/*");
        assertThat(server.parent()).isEmpty();
        assertThat(server.error()).isFalse();
        assertThat(server.tags())
                .containsEntry("http.request.method", "GET")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("http.route", "/shop/*")
                .containsEntry("url.scheme", "http")
                .containsEntry("url.path", "/shop/cart")
                .containsEntry("server.address", "example.com")
                .containsEntry("client.address", "127.0.0.1")
                .containsEntry("network.protocol.version", "1.1")
                .containsEntry("user_agent.original", "test")
                .containsEntry("portcullis.listener", "plain")
                .containsEntry(
                        "portcullis.request.id",
                        Objects.requireNonNull(answer.head().value("X-Request-Id")))
                .doesNotContainKeys("error.type", "url.query");
        assertThat(client.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
        assertThat(client.name()).isEqualTo("GET");
        assertThat(client.trace()).isEqualTo(server.trace());
        assertThat(client.parent()).isEqualTo(server.id());
        assertThat(client.beganNanos()).isBetween(server.beganNanos(), server.endedNanos());
        assertThat(client.endedNanos()).isBetween(client.beganNanos(), server.endedNanos());
        assertThat(client.tags())
                .containsEntry("http.request.method", "GET")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("url.full", "http://" + proxy.origin().address() + "/shop/cart")
                .containsEntry("server.address", "127.0.0.1")
                .containsEntry("server.port", Integer.toString(proxy.origin().port()))
                .containsEntry("portcullis.upstream", "app")
                .doesNotContainKeys("error.type", "http.request.resend_count");
        assertThat(seen().values("traceparent")).containsExactly("00-" + client.trace() + "-" + client.id() + "-03");
        assertThat(collector.services()).containsOnly("portcullis");
        Await.until(() -> site.sum("portcullis_tracing_spans_total", "exported") == 2, "two spans counted");
    }

    @Test
    void eachTryHasASpanOfItsOwn() throws Exception {
        start(CONFIG.replace("[\"{origin}\"]", "[\"{origin}\", \"{second}\"]"), "sample = 1");
        site.origin().stop();
        second.answer(Script.ok("second"));
        RawResponse answer = site.ask(GET);
        if (second.requestCount() == 1 && site.sum("portcullis_upstream_retries_total") == 0) {
            // Round robin began with the second.
            spans(2);
            site.ask(GET);
        }
        assertThat(answer.status()).isEqualTo(200);
        Await.until(
                () -> collector.spans().stream().anyMatch(span -> "1".equals(span.tag("http.request.resend_count"))),
                () -> "a second try: " + collector.spans(),
                Await.LIMIT);
        Collector.Seen again = collector.spans().stream()
                .filter(span -> "1".equals(span.tag("http.request.resend_count")))
                .findFirst()
                .orElseThrow();
        Await.until(
                () -> collector.spans().stream()
                                .filter(each -> each.trace().equals(again.trace()))
                                .count()
                        == 3,
                "server and two tries");
        List<Collector.Seen> all = collector.spans().stream()
                .filter(each -> each.trace().equals(again.trace()))
                .toList();
        assertThat(all.get(1).error()).isTrue();
        assertThat(all.get(1).tag("error.type")).isEqualTo("connect_refused");
        assertThat(all.get(1).tag("http.response.status_code")).isNull();
        assertThat(all.get(2)).isEqualTo(again);
        assertThat(again.error()).isFalse();
        assertThat(all)
                .filteredOn(each -> each.kind() == SpanKind.SPAN_KIND_CLIENT)
                .allMatch(each -> each.parent().equals(all.getFirst().id()));
        assertThat(all.getFirst().error()).isFalse();
        assertThat(second.awaitRequests(1).getLast().value("traceparent")).contains(again.id());
    }

    @Test
    void whoLosesARaceIsCancelledAndNoError() throws Exception {
        start(
                "runtime.event-loops = 1\n"
                        + CONFIG.replace("[\"{origin}\"]", "[\"{origin}\", \"{second}\"], hedge { after = 50 ms }"),
                "sample = 1");
        site.origin().answer(Turn::hang);
        second.answer(Script.ok("second"));
        assertThat(site.ask(GET).body()).isEqualTo("second");
        List<Collector.Seen> spans = spans(3);
        Collector.Seen lost = spans.get(1);
        Collector.Seen won = spans.get(2);
        assertThat(lost.tags())
                .containsEntry("portcullis.cancelled", "another endpoint answered first")
                .containsEntry("server.port", Integer.toString(site.origin().port()))
                .doesNotContainKeys("error.type", "http.response.status_code");
        assertThat(won.tags())
                .containsEntry("http.response.status_code", "200")
                .doesNotContainKey("portcullis.cancelled");
        assertThat(spans).noneMatch(Collector.Seen::error);
        assertThat(lost.endedNanos()).isGreaterThan(won.beganNanos());
        assertThat(seen().value("traceparent")).contains(lost.id());
        assertThat(second.awaitRequests(1).getLast().value("traceparent")).contains(won.id());
    }

    @Test
    void anErrorIsToldOnBothSides() throws Exception {
        start(CONFIG, "sample = 1");
        site.origin().stop();
        assertThat(site.ask(GET).status()).isEqualTo(502);
        List<Collector.Seen> spans = spans(2);
        assertThat(spans).allMatch(Collector.Seen::error);
        assertThat(spans.getFirst().tags())
                .containsEntry("error.type", "connect_refused")
                .containsEntry("http.response.status_code", "502")
                .containsEntry("portcullis.ended.by", "upstream");
        assertThat(spans.getLast().tags()).containsEntry("error.type", "connect_refused");
    }

    /** A client's fault is the client's error, not the server's (OpenTelemetry's conventions for HTTP spans). */
    @Test
    void aStatusIsAnErrorForWhoeverCausedIt() throws Exception {
        start(CONFIG, "sample = 1");
        site.origin().respond("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        site.ask("BREW / HTTP/1.1\r\n" + HOST + "\r\n");
        List<Collector.Seen> spans = spans(2);
        assertThat(spans.getFirst().error()).isFalse();
        assertThat(spans.getFirst().name()).isEqualTo("HTTP /*");
        assertThat(spans.getFirst().tags())
                .containsEntry("http.request.method", "_OTHER")
                .containsEntry("http.request.method_original", "BREW");
        assertThat(spans.getLast().error()).isTrue();
        assertThat(spans.getLast().tag("error.type")).isEqualTo("404");
    }

    @Test
    void anAnswerOfOurOwnIsAServersSpanAlone() throws Exception {
        start(CONFIG.replace("{ path = /shop/, upstream = app }", "{ path = /shop/, respond {} }"), "sample = 1");
        site.ask(get(""));
        site.ask(GET);
        List<Collector.Seen> spans = spans(3);
        assertThat(spans).filteredOn(span -> span.name().equals("GET /shop/*")).hasSize(1);
        assertThat(spans).hasSize(3);
    }

    private double counted(String result) {
        return site.sum("portcullis_tracing_spans_total", "result=\"" + result + "\"");
    }

    private void manyRequests(int many) throws IOException {
        try (RawClient client = site.client()) {
            for (int i = 0; i < many; i++) {
                assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aDeadCollectorHarmsNoRequestAndIsToldOnce() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger("io.portcullis.telemetry.CollectorWatch");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            proxy.word("collector", "http://127.0.0.1:" + Ports.free() + "/v1/traces");
            start(CONFIG, "sample = 1");
            manyRequests(50);
            Await.until(() -> counted("failed") == 100, () -> "100 spans, but " + counted("failed"), Await.LIMIT);
            manyRequests(50);
            Await.until(() -> counted("failed") == 200, () -> "200 spans, but " + counted("failed"), Await.LIMIT);
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .startsWith("tracing.endpoint http://127.0.0.1:")
                    .endsWith("the collector takes nothing, requests go on: cannot connect");
            site.nothingFailed();
        } finally {
            log.detachAppender(lines);
        }
    }

    @Test
    void aCollectorThatHangsCostsSpansOnly() throws Exception {
        collector.hold();
        start(CONFIG, "sample = 1, queue = 64, timeout = 1 m");
        manyRequests(200);
        // One batch is on its way, one queue waits.
        Await.until(() -> counted("dropped") >= 400 - 2 * 64, () -> counted("dropped") + " dropped", Await.LIMIT);
        site.nothingFailed();
        collector.release();
        Await.until(
                () -> counted("dropped") + counted("exported") == 400,
                () -> counted("dropped") + " dropped, " + counted("exported") + " exported",
                Await.LIMIT);
    }
}

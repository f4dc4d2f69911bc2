package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Collector;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawRequest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trace context that backends are told (W3C Trace Context), and whose is continued. */
class TraceParentWireTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final String SAMPLED = "traceparent: 00-" + TRACE + "-" + PARENT + "-01\r\n";
    private static final String CONFIG =
            """
            listeners { plain { bind = "127.0.0.1:0" } }
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { path = /shop/, upstream = app }, { upstream = app } ]
            access-log { format = json, to = "{dir}/access.log" }
            """;
    private static final String TRUSTING = CONFIG + "forwarding.trusted-proxies = [\"127.0.0.1\"]\n";

    private final Collector collector = Collector.start();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension().word("collector", collector.traces());

    private final Site site = new Site(proxy);

    @AfterEach
    void close() {
        collector.close();
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
    void aTrustedPeersTraceIsContinuedWithItsState() throws Exception {
        start(TRUSTING, "sample = off");
        site.ask(get(SAMPLED + "tracestate: a=1\r\ntracestate: b=2\r\nX-Request-Id: mine\r\n"));
        List<Collector.Seen> spans = spans(2);
        assertThat(spans).allSatisfy(span -> assertThat(span.trace()).isEqualTo(TRACE));
        assertThat(spans.getFirst().parent()).isEqualTo(PARENT);
        assertThat(seen().values("traceparent"))
                .containsExactly("00-" + TRACE + "-" + spans.getLast().id() + "-01");
        assertThat(seen().values("tracestate")).containsExactly("a=1,b=2");
    }

    @Test
    void aTraceThatIsNotRecordedStaysUnrecorded() throws Exception {
        start(TRUSTING, "sample = 1");
        site.ask(get(SAMPLED.replace("-01", "-00")));
        assertThat(seen().value("traceparent"))
                .startsWith("00-" + TRACE + "-")
                .doesNotContain(PARENT)
                .endsWith("-00");
        site.ask(GET);
        assertThat(spans(2)).noneMatch(span -> span.trace().equals(TRACE)).hasSize(2);
    }

    @Test
    void whereNothingIsSampledBackendsAreToldSo() throws Exception {
        start(CONFIG, "sample = off");
        site.ask(GET);
        assertThat(seen().value("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-02");
        assertThat(collector.spans()).isEmpty();
    }

    /** Drawn before the span is made: backends hear the same as the collector. All alike by chance once in 10^18 runs. */
    @Test
    void aShareOfTheTracesIsRecordedAndBackendsAreToldWhich() throws Exception {
        start(CONFIG, "sample = 0.5");
        for (int i = 0; i < 60; i++) {
            site.ask(GET);
        }
        List<String> told = proxy.origin().awaitRequests(60).stream()
                .map(request -> request.value("traceparent"))
                .toList();
        assertThat(told).doesNotHaveDuplicates().allMatch(value -> value.matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[23]"));
        List<String> recorded =
                told.stream().filter(value -> value.endsWith("-03")).toList();
        assertThat(recorded).isNotEmpty().hasSizeLessThan(60);
        assertThat(spans(2 * recorded.size()))
                .extracting(Collector.Seen::trace)
                .containsOnlyElementsOf(
                        recorded.stream().map(value -> value.substring(3, 35)).toList());
    }

    /** Also where it is spelt in a way that a backend may take for it. */
    @Test
    void aStrangersTraceIsNotContinued() throws Exception {
        start(CONFIG, "sample = 1");
        site.ask(get(SAMPLED + "tracestate: a=1\r\ntrace_parent: x\r\nTraceParent_: y\r\n"));
        assertThat(spans(2)).noneMatch(span -> span.trace().equals(TRACE));
        assertThat(spans(2).getFirst().parent()).isEmpty();
        assertThat(seen().values("traceparent")).singleElement().asString().doesNotContain(TRACE);
        assertThat(seen().head().has("tracestate")).isFalse();
    }

    @Test
    void everyonesTraceIsContinuedWhereThatIsWanted() throws Exception {
        start(CONFIG, "sample = off, trust = everyone");
        site.ask(get(SAMPLED));
        assertThat(spans(2)).allMatch(span -> span.trace().equals(TRACE));
    }

    @Test
    void nobodysTraceIsContinuedWhereThatIsWanted() throws Exception {
        start(TRUSTING, "sample = 1, trust = nobody");
        site.ask(get(SAMPLED));
        assertThat(spans(2)).noneMatch(span -> span.trace().equals(TRACE));
    }

    /** W3C Trace Context §3.2.2 and §4.3: a new trace, and no state; 02 in the flags says that its id is random (level 2, §3.2.2.5). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\ntraceparent: 00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            })
    void aMalformedParentBeginsANewTrace(String value) throws Exception {
        start(TRUSTING, "sample = 1");
        site.ask(get("traceparent: " + value + "\r\ntracestate: a=1\r\n"));
        assertThat(spans(2).getFirst().parent()).isEmpty();
        assertThat(seen().values("traceparent"))
                .containsExactly("00-" + spans(2).getLast().trace() + "-"
                        + spans(2).getLast().id() + "-03");
        assertThat(seen().value("traceparent")).doesNotContain("af7651916cd43dd8448eb211c80319c");
        assertThat(seen().head().has("tracestate")).isFalse();
    }

    /** W3C Trace Context §4.3: of a later version what ours has is read. */
    @Test
    void aLaterVersionsParentIsUnderstood() throws Exception {
        start(TRUSTING, "sample = off");
        site.ask(get("traceparent: 01-" + TRACE + "-" + PARENT + "-01-new\r\n"));
        assertThat(spans(2).getFirst().parent()).isEqualTo(PARENT);
    }

    @Test
    void aConnectionOptionTakesNoTraceAway() throws Exception {
        start(CONFIG, "sample = 1");
        site.ask(get("Connection: traceparent\r\n"));
        assertThat(seen().values("traceparent")).hasSize(1);
    }

    @Test
    void aReloadSwitchesItOnAndOff() throws Exception {
        proxy.start(CONFIG);
        site.ask(get(SAMPLED));
        assertThat(seen().value("traceparent")).isEqualTo("00-" + TRACE + "-" + PARENT + "-01");
        proxy.reload(CONFIG + "tracing { endpoint = \"{collector}\", sample = 1 }\n");
        site.ask(get(""));
        spans(2);
        proxy.reload(CONFIG);
        site.ask(get(SAMPLED));
        assertThat(proxy.origin().awaitRequests(3).getLast().value("traceparent"))
                .isEqualTo("00-" + TRACE + "-" + PARENT + "-01");
        assertThat(collector.spans()).hasSize(2);
    }
}

package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.metrics.v1.Metric;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.Collector;
import io.portcullis.testkit.ProxyExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Meters at a collector, beside those of a scrape. */
class MeterPushWireTest {
    private final Collector collector = Collector.start();

    @RegisterExtension
    final ProxyExtension proxy =
            Site.product("metrics.otlp { url = \"{collector}\", step = 1 s }").word("collector", collector.metrics());

    private final Site site = new Site(proxy);

    @AfterEach
    void close() {
        collector.close();
    }

    private boolean came(String name, double least) {
        return collector.meters().stream()
                .filter(metric -> metric.getName().equals(name))
                .anyMatch(metric -> sum(metric) >= least);
    }

    private static double sum(Metric metric) {
        return metric.hasSum()
                ? metric.getSum().getDataPointsList().stream()
                        .mapToDouble(point -> point.getAsDouble())
                        .sum()
                : metric.getHistogram().getDataPointsList().stream()
                        .mapToDouble(point -> point.getCount())
                        .sum();
    }

    @Test
    void whatIsScrapedIsAlsoSent() throws Exception {
        site.ask(GET);
        site.ask(GET);
        Await.until(() -> came("portcullis.requests", 2), "two requests at the collector");
        Await.until(() -> came("portcullis.request.duration", 2), "their durations, too");
        assertThat(site.sum("portcullis_requests_total")).isEqualTo(2);
        assertThat(site.sum("portcullis_request_duration_seconds_count")).isEqualTo(2);
        assertThat(collector.services()).containsOnly("portcullis");
        assertThat(collector.meters()).anyMatch(metric -> metric.getName().equals("jvm.memory.used"));
    }

    @Test
    void aCollectorThatRefusesHarmsNothing() throws Exception {
        collector.answer(503);
        site.ask(GET);
        Await.until(() -> came("portcullis.requests", 1), "the collector was asked");
        assertThat(site.sum("portcullis_requests_total")).isEqualTo(1);
        site.nothingFailed();
    }
}

package io.portcullis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpositionTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "*/*",
                "text/plain",
                "text/html,application/xhtml+xml",
                "application/openmetrics-text;q=0",
                "application/openmetrics-text;q=0.2, text/plain;q=0.9",
                "application/openmetrics-text;q=x"
            })
    void prometheusTextIsTheRule(@Nullable String accept) {
        assertThat(Exposition.contentType(accept)).isEqualTo(Exposition.PROMETHEUS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "Application/OpenMetrics-Text; version=1.0.0",
                "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
            })
    void openMetricsIsForThoseWhoAsk(String accept) {
        assertThat(Exposition.contentType(accept)).isEqualTo(Exposition.OPEN_METRICS);
    }

    @Test
    void scrapeIsInTheFormatItNames() {
        try (Meters meters = Meters.create()) {
            assertThat(meters.scrape(null))
                    .contains("# TYPE portcullis_reloads_total counter")
                    .doesNotContain("# EOF");
            assertThat(meters.scrape("application/openmetrics-text"))
                    .contains("# TYPE portcullis_reloads counter")
                    .endsWith("# EOF\n");
        }
    }
}

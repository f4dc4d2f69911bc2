package io.portcullis.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.ipc.http.HttpUrlConnectionSender;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpHttpMetricsSender;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import io.portcullis.config.MeterPushConfig;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends every meter to a collector again and again, by OTLP over HTTP, on a thread of its own. */
final class MeterPush {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(5);

    private MeterPush() {}

    /** Begins; closing it sends once more. */
    static MeterRegistry start(MeterPushConfig config) {
        CollectorWatch watch = new CollectorWatch("metrics.otlp.url " + config.url());
        OtlpMetricsSender sender = new OtlpHttpMetricsSender(new HttpUrlConnectionSender(CONNECT, READ));
        return OtlpMeterRegistry.builder(new Wanted(config))
                .metricsSender(batch -> {
                    try {
                        sender.send(batch);
                        watch.took();
                    } catch (Exception e) {
                        // Whatever it is: the next step is the next try.
                        watch.refused(e);
                    }
                })
                .build();
    }

    private record Wanted(MeterPushConfig config) implements OtlpConfig {
        @Override
        public @Nullable String get(String key) {
            return null;
        }

        @Override
        public String url() {
            return config.url().toString();
        }

        @Override
        public Duration step() {
            return config.step();
        }

        @Override
        public Map<String, String> resourceAttributes() {
            return Map.of("service.name", config.service(), "service.version", ProcessMeters.version());
        }
    }
}

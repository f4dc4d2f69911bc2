package io.portcullis.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.portcullis.config.TracingConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where spans wait to be sent: no more of them than {@code tracing.queue}, whatever the collector does. OpenTelemetry's batch processor
 * stands behind it; the bound is kept here, so that what is dropped can be counted. Safe for any thread.
 */
final class SpanQueue implements SpanProcessor {
    private static final int BATCH = 512;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final int most;
    private final SpanMeters meters;
    private final AtomicInteger waiting = new AtomicInteger();
    private final BatchSpanProcessor behind;

    private SpanQueue(TracingConfig config, SpanMeters meters) {
        this.most = config.queue();
        this.meters = meters;
        SpanExporter otlp = OtlpHttpSpanExporter.builder()
                .setEndpoint(config.endpoint().toString())
                .setTimeout(config.timeout())
                .setConnectTimeout(config.timeout())
                // One try: a batch that failed is counted, and the next one is the next try.
                .setRetryPolicy(null)
                .build();
        this.behind = BatchSpanProcessor.builder(
                        new Leaving(otlp, new CollectorWatch("tracing.endpoint " + config.endpoint())))
                .setMaxQueueSize(most + BATCH)
                .setMaxExportBatchSize(Math.min(BATCH, most))
                .setScheduleDelay(PAUSE)
                .setExporterTimeout(config.timeout().plusSeconds(1))
                .build();
    }

    static SpanQueue open(TracingConfig config, SpanMeters meters) {
        OwnVoice.muteOpenTelemetry();
        return new SpanQueue(config, meters);
    }

    @Override
    public void onEnd(ReadableSpan span) {
        if (!span.getSpanContext().isSampled()) {
            return;
        }
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            meters.dropped(1);
        } else {
            behind.onEnd(span);
        }
    }

    @Override
    public boolean isEndRequired() {
        return true;
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public boolean isStartRequired() {
        return false;
    }

    @Override
    public CompletableResultCode shutdown() {
        return behind.shutdown();
    }

    @Override
    public CompletableResultCode forceFlush() {
        return behind.forceFlush();
    }

    /** The way to the collector; tells of each batch what became of it. */
    private final class Leaving implements SpanExporter {
        private final SpanExporter to;
        private final CollectorWatch watch;

        Leaving(SpanExporter to, CollectorWatch watch) {
            this.to = to;
            this.watch = watch;
        }

        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            int many = batch.size();
            waiting.addAndGet(-many);
            CompletableResultCode result = to.export(batch);
            return result.whenComplete(() -> {
                if (result.isSuccess()) {
                    meters.exported(many);
                    watch.took();
                } else {
                    meters.failed(many);
                    watch.refused(result.getFailureThrowable());
                }
            });
        }

        @Override
        public CompletableResultCode flush() {
            return to.flush();
        }

        @Override
        public CompletableResultCode shutdown() {
            return to.shutdown();
        }
    }
}

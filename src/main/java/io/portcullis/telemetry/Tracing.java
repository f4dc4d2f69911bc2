package io.portcullis.telemetry;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.micrometer.tracing.propagation.Propagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.portcullis.config.TracingConfig;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Spans of exchanges and tries, for a collector: W3C Trace Context in and out, OTLP over HTTP to the collector. Safe for any thread; an
 * exchange only puts its spans into a bounded queue.
 */
public final class Tracing implements AutoCloseable {
    /** The fields of W3C Trace Context §3.2 and §3.3. */
    public static final List<String> FIELDS = List.of("traceparent", "tracestate");

    private static final TextMapGetter<Function<String, @Nullable String>> BROUGHT = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Function<String, @Nullable String> from) {
            return FIELDS;
        }

        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> from, String name) {
            return from == null ? null : from.apply(name);
        }
    };
    private static final int LONGEST_VALUE = 1024;
    private static final long LAST_WORDS_SECONDS = 2;

    private final TracingConfig config;
    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final Propagator propagator;

    private Tracing(TracingConfig config, SdkTracerProvider provider) {
        this.config = config;
        this.provider = provider;
        var opened = provider.get("io.portcullis");
        this.tracer = new OtelTracer(opened, new OtelCurrentTraceContext(), event -> {});
        this.propagator =
                new OtelPropagator(ContextPropagators.create(W3CTraceContextPropagator.getInstance()), opened);
    }

    /** Starts the thread that sends; asks nothing of the collector yet. */
    public static Tracing open(TracingConfig config, Meters meters) {
        SdkTracerProvider provider = SdkTracerProvider.builder()
                // What begins here was drawn before OpenTelemetry hears of it.
                .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(LONGEST_VALUE)
                        .build())
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(
                                AttributeKey.stringKey("service.name"),
                                config.service(),
                                AttributeKey.stringKey("service.version"),
                                ProcessMeters.version()))))
                .addSpanProcessor(SpanQueue.open(config, meters.spans()))
                .build();
        return new Tracing(config, provider);
    }

    /** Whether it does what {@code other} asks for; null asks for nothing. */
    public boolean isFor(@Nullable TracingConfig other) {
        return config.equals(other);
    }

    /** Whether a client's trace is continued; {@code trusted} where it is one of {@code forwarding.trusted-proxies}. */
    public boolean believes(boolean trusted) {
        return switch (config.trust()) {
            case TRUSTED_PROXIES -> trusted;
            case EVERYONE -> true;
            case NOBODY -> false;
        };
    }

    /**
     * An exchange begins.
     *
     * @param brought what the client sent by the name of a field, as far as it is believed; null where it sent nothing
     * @param epochNanos since 1970
     */
    public ExchangeSpan begin(Function<String, @Nullable String> brought, long epochNanos) {
        if (!continues(brought) && ThreadLocalRandom.current().nextDouble() >= config.sample()) {
            return ExchangeSpan.unrecorded(TraceParent.unrecorded());
        }
        Span span = propagator
                .extract(brought, new Propagator.Getter<Function<String, @Nullable String>>() {
                    @Override
                    public @Nullable String get(Function<String, @Nullable String> from, String name) {
                        return from.apply(name);
                    }
                })
                .kind(Span.Kind.SERVER)
                .startTimestamp(epochNanos, TimeUnit.NANOSECONDS)
                .start();
        return ExchangeSpan.of(tracer, propagator, span);
    }

    /** Whether a trace goes on that began elsewhere; a malformed traceparent is as good as none (W3C Trace Context §4.3). */
    private static boolean continues(Function<String, @Nullable String> brought) {
        return brought.apply("traceparent") != null
                && io.opentelemetry.api.trace.Span.fromContext(
                                W3CTraceContextPropagator.getInstance().extract(Context.root(), brought, BROUGHT))
                        .getSpanContext()
                        .isValid();
    }

    /** Sends what waits, for at most two seconds; spans that end later are lost. Blocks: never on an event loop. */
    @Override
    public void close() {
        provider.shutdown().join(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    }
}

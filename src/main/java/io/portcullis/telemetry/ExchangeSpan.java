package io.portcullis.telemetry;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.propagation.Propagator;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The span of one exchange: a server's, as OpenTelemetry's conventions for HTTP spans describe it. Not for several threads. */
public final class ExchangeSpan {
    private final Tracer tracer;
    private final Propagator propagator;
    private final Span span;
    private final @Nullable String parent;

    private ExchangeSpan(Tracer tracer, Propagator propagator, Span span, @Nullable String parent) {
        this.tracer = tracer;
        this.propagator = propagator;
        this.span = span;
        this.parent = parent;
    }

    static ExchangeSpan of(Tracer tracer, Propagator propagator, Span span) {
        return new ExchangeSpan(tracer, propagator, span, null);
    }

    /** A place in a trace of which nothing is recorded: all there is of it is the {@code traceparent} that is passed on. */
    static ExchangeSpan unrecorded(String parent) {
        return new ExchangeSpan(Tracer.NOOP, Propagator.NOOP, Span.NOOP, parent);
    }

    /** Whether it will be sent; where not, it is only a place in a trace. */
    public boolean isRecorded() {
        return !span.isNoop();
    }

    /** Gives the fields that name this span to whoever is called within it. */
    public void tell(BiConsumer<String, String> field) {
        if (parent != null) {
            field.accept("traceparent", parent);
        } else {
            propagator.inject(span.context(), field, (to, name, value) -> field.accept(name, value));
        }
    }

    /** A try begins, {@code epochNanos} since 1970. */
    public TrySpan attempt(long epochNanos) {
        return new TrySpan(
                propagator,
                tracer.spanBuilder()
                        .setParent(span.context())
                        .kind(Span.Kind.CLIENT)
                        .startTimestamp(epochNanos, TimeUnit.NANOSECONDS)
                        .start());
    }

    /**
     * The exchange is over.
     *
     * @param path the path of its route, with {@code *} behind a prefix; null where it had none
     * @param epochNanos since 1970
     */
    public void end(AccessRecord record, @Nullable String path, long epochNanos) {
        if (isRecorded()) {
            String method = SpanTags.method(span, record.request().method());
            span.name(path == null ? method : method + " " + path);
            connection(record);
            request(record.request(), path);
            AccessRecord.Ending ending = record.ending();
            int status = record.answer().status();
            boolean failed = !ending.equals(AccessRecord.Ending.OK);
            SpanTags.outcome(span, status, failed ? ending.outcome() : status >= 500 ? Integer.toString(status) : null);
            SpanTags.put(span, "portcullis.ended.by", failed ? ending.endedBy() : null);
            SpanTags.put(span, "portcullis.detail", ending.detail());
        }
        span.end(epochNanos, TimeUnit.NANOSECONDS);
    }

    private void connection(AccessRecord record) {
        AccessRecord.Connection from = record.connection();
        span.tag("portcullis.listener", from.listener());
        span.tag("client.address", from.client());
        span.tag("network.protocol.name", "http");
        span.tag("network.protocol.version", record.request().protocol().tag().substring("HTTP/".length()));
        AccessRecord.Tls tls = from.tls();
        if (tls != null) {
            span.tag("tls.protocol.version", tls.version().replace("TLSv", ""));
            span.tag("tls.cipher", tls.cipher());
        }
    }

    private void request(AccessRecord.Request request, @Nullable String path) {
        span.tag("portcullis.request.id", request.id());
        span.tag("url.scheme", request.scheme());
        span.tag("url.path", SpanTags.withoutQuery(request.target()));
        SpanTags.put(span, "http.route", path);
        SpanTags.put(span, "user_agent.original", request.userAgent());
        SpanTags.address(span, "server", request.host());
    }
}

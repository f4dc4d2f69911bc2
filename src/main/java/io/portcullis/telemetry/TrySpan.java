package io.portcullis.telemetry;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.propagation.Propagator;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The span of one try at an endpoint: a client's. Not for several threads. */
public final class TrySpan {
    /**
     * What came of it.
     *
     * @param path of the request as it was sent, without its query
     * @param secure whether by TLS
     * @param endpoint host and port as they are shown elsewhere
     * @param number which try of the exchange, from 1
     * @param status 0 where none came
     * @param failure the word for why it failed; null where it did not
     * @param unwanted why nobody waited for its end; null where somebody did
     */
    public record Tried(
            String method,
            String path,
            boolean secure,
            String upstream,
            String endpoint,
            int number,
            int status,
            @Nullable String failure,
            @Nullable String unwanted) {}

    private final Propagator propagator;
    private final Span span;

    TrySpan(Propagator propagator, Span span) {
        this.propagator = propagator;
        this.span = span;
    }

    /** Gives the fields that name this span to the endpoint. */
    public void tell(BiConsumer<String, String> field) {
        propagator.inject(span.context(), field, (to, name, value) -> field.accept(name, value));
    }

    /** The try is over, {@code epochNanos} since 1970. */
    public void end(Tried tried, long epochNanos) {
        span.name(SpanTags.method(span, tried.method()));
        span.tag(
                "url.full",
                (tried.secure() ? "https://" : "http://") + tried.endpoint() + SpanTags.withoutQuery(tried.path()));
        SpanTags.address(span, "server", tried.endpoint());
        span.tag("portcullis.upstream", tried.upstream());
        if (tried.number() > 1) {
            span.tag("http.request.resend_count", tried.number() - 1L);
        }
        SpanTags.put(span, "portcullis.cancelled", tried.unwanted());
        int status = tried.status();
        SpanTags.outcome(
                span,
                status,
                tried.failure() != null ? tried.failure() : status >= 400 ? Integer.toString(status) : null);
        span.end(epochNanos, TimeUnit.NANOSECONDS);
    }
}

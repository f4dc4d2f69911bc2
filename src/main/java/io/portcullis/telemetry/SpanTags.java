package io.portcullis.telemetry;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.otel.bridge.OtelSpan;
import io.opentelemetry.api.trace.StatusCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What spans of both kinds say, by OpenTelemetry's semantic conventions for HTTP spans. */
final class SpanTags {
    /** The methods that the conventions know (RFC 9110 §9, RFC 5789); others would make names without number. */
    private static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    private SpanTags() {}

    /** Tags the method; says what the span is named by. */
    static String method(Span span, String method) {
        boolean known = METHODS.contains(method);
        span.tag("http.request.method", known ? method : "_OTHER");
        if (!known && !method.isEmpty()) {
            span.tag("http.request.method_original", method);
        }
        return known ? method : "HTTP";
    }

    /** A query may hold secrets, and spans go far. */
    static String withoutQuery(String target) {
        int mark = target.indexOf('?');
        return mark < 0 ? target : target.substring(0, mark);
    }

    /** Host and port; {@code text} is {@code host:port}, {@code host}, {@code name/address:port} or {@code unix:path}. */
    static void address(Span span, String prefix, @Nullable String text) {
        if (text == null) {
            return;
        }
        int colon = text.lastIndexOf(':');
        boolean port = colon > text.lastIndexOf(']')
                && colon >= 0
                && text.substring(colon + 1).matches("\\d{1,5}");
        String host = port ? text.substring(0, colon) : text;
        int slash = host.startsWith("unix:") ? -1 : host.indexOf('/');
        span.tag(prefix + ".address", bare(slash < 0 ? host : host.substring(0, slash)));
        if (slash >= 0) {
            span.tag("network.peer.address", bare(host.substring(slash + 1)));
        }
        if (port) {
            span.tag(prefix + ".port", Long.parseLong(text.substring(colon + 1)));
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** @param error what the error is to be found by; null where there was none */
    static void outcome(Span span, int status, @Nullable String error) {
        if (status > 0) {
            span.tag("http.response.status_code", (long) status);
        }
        if (error != null) {
            span.tag("error.type", error);
            // Micrometer's own error() wants a throwable, and there is none.
            OtelSpan.toOtel(span).setStatus(StatusCode.ERROR);
        }
    }

    static void put(Span span, String name, @Nullable String value) {
        if (value != null) {
            span.tag(name, value);
        }
    }
}

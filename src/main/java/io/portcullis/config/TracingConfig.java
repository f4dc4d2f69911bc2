package io.portcullis.config;

import java.net.URI;
import java.time.Duration;

/**
 * Spans for a tracing system.
 *
 * @param endpoint where a collector takes them, by OTLP over HTTP
 * @param sample the share of the traces begun here that is recorded, 0 to 1
 * @param trust whose trace context is continued
 * @param queue spans that may wait to be sent, 64 to 65536; beyond that they are dropped
 * @param timeout for one batch
 * @param service what the spans are said to be of ({@code service.name})
 */
public record TracingConfig(URI endpoint, double sample, Trust trust, int queue, Duration timeout, String service) {
    /** Whose {@code traceparent} is believed. */
    public enum Trust {
        TRUSTED_PROXIES,
        EVERYONE,
        NOBODY
    }
}

package io.portcullis.config;

import org.jspecify.annotations.Nullable;

/**
 * What is sent to collectors, unasked.
 *
 * @param tracing null for nothing
 * @param meters null for nothing: they can be asked for at {@code /metrics} in any case
 */
public record ExportConfig(@Nullable TracingConfig tracing, @Nullable MeterPushConfig meters) {}

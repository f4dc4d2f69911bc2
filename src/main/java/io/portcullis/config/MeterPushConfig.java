package io.portcullis.config;

import java.net.URI;
import java.time.Duration;

/**
 * Meters, sent on to a collector.
 *
 * @param url where it takes them, by OTLP over HTTP
 * @param step how often, 1 s to 1 h
 * @param service what the meters are said to be of ({@code service.name})
 */
public record MeterPushConfig(URI url, Duration step, String service) {}

package io.portcullis.upstream;

import io.portcullis.config.EndpointConfig;

/**
 * What an operator said of an endpoint while it runs. It holds until the configuration says something else of that endpoint.
 *
 * @param drained whether it gets nothing new
 * @param weight in place of the configured one, 1 to 256; 0: the configured one
 * @param given what was configured when it was said
 */
public record Order(boolean drained, int weight, EndpointConfig given) {}

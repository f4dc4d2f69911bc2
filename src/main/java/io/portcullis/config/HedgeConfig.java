package io.portcullis.config;

import java.time.Duration;

/**
 * When another endpoint is asked as well, because one takes long: for GET, HEAD and OPTIONS without a body only.
 *
 * @param after without a response's head from the newest try, 1 ms to 1 min; a timer of its own, so that it is not noticed late
 * @param most of them for one request, 1 to 5; each one comes out of the budget of {@link RetryConfig}
 */
public record HedgeConfig(Duration after, int most) {}

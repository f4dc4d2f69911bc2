package io.portcullis.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP Strict Transport Security, RFC 6797.
 *
 * @param maxAge whole seconds count; zero tells browsers to forget; where a ramp ends
 * @param includeSubdomains every subdomain, on every port, must then answer by HTTPS
 * @param preload asks for inclusion in browsers' built-in lists; wants one year and subdomains
 * @param ramp what a ramp goes by, wherever the mode is another too
 */
public record HstsConfig(Mode mode, Duration maxAge, boolean includeSubdomains, boolean preload, Ramp ramp) {
    /** What is sent. */
    public enum Mode {
        /** {@code maxAge}. */
        FIXED,
        /** Less at first, and more while all goes well. */
        RAMP,
        /** Zero, so that browsers forget. */
        RETIRE
    }

    /**
     * When a ramp may climb.
     *
     * @param stateDir where it is kept over restarts; null: nowhere
     * @param mostFailures percent of handshakes that may fail within an hour
     * @param mostPlain percent of requests that may come by plain HTTP within an hour
     */
    public record Ramp(@Nullable Path stateDir, int mostFailures, int mostPlain) {}

    /** The header's value, RFC 6797 §6.1; of a ramp that has reached its end. */
    public String headerValue() {
        return mode == Mode.RETIRE ? headerValue(Duration.ZERO, false) : headerValue(maxAge, includeSubdomains);
    }

    /** The value for another age. */
    public String headerValue(Duration age, boolean subdomains) {
        return "max-age=" + age.toSeconds() + (subdomains ? "; includeSubDomains" : "")
                + (preload && mode == Mode.FIXED ? "; preload" : "");
    }
}

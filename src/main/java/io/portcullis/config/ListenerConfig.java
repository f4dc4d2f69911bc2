package io.portcullis.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One listener: some addresses, one protocol stack, one behaviour.
 *
 * @param name its key under {@code listeners}; the label in meters and log
 * @param bind at least one address
 * @param tls name of the block under {@code tls}; null for plain HTTP
 * @param redirect set where every request is sent to HTTPS instead of routed
 * @param signing set where requests ask for signatures, and nothing is routed
 * @param h2c whether a plain listener takes HTTP/2 by prior knowledge beside HTTP/1.1
 * @param backlog connections the kernel holds before we accept, 1 to 65535; capped by the kernel's {@code somaxconn}
 * @param proxyProtocol who begins connections with a PROXY protocol header; null: nobody
 */
public record ListenerConfig(
        String name,
        List<BindAddress> bind,
        @Nullable String tls,
        @Nullable RedirectToHttps redirect,
        @Nullable SigningConfig signing,
        int backlog,
        boolean h2c,
        @Nullable ProxyProtocol proxyProtocol,
        SourceLine where) {

    /** Whether requests are routed. */
    public boolean routes() {
        return redirect == null && signing == null;
    }

    /**
     * Proxies in front that tell by PROXY protocol whose a connection is.
     *
     * @param from addresses, ranges, or {@code unix}; they must send a header, all others must not
     * @param timeout for a whole header, 10 ms to 1 min; then the connection is closed
     */
    public record ProxyProtocol(List<String> from, Duration timeout) {}

    /**
     * Sends requests to the same host, path and query by HTTPS.
     *
     * @param port the port the client should come back to; 443 is left out of the address
     * @param status 301, 302, 307 or 308
     */
    public record RedirectToHttps(int port, int status) {}
}

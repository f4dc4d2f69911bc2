package io.portcullis.wire;

import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One product with one event loop, before one endpoint that speaks HTTP/2. */
final class Http2EndpointStage implements AfterEachCallback {
    static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx";
    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private final ProxyExtension proxy;
    private Http2Origin origin = Http2Origin.start();

    Http2EndpointStage(ProxyExtension proxy) {
        this.proxy = proxy;
    }

    Http2Origin origin() {
        return origin;
    }

    /** Starts with {@code more} about the upstream, and an origin with these SETTINGS. */
    void start(String more, int... settings) throws Exception {
        if (settings.length > 0) {
            origin.close();
            origin = Http2Origin.start(settings);
        }
        startBefore(origin.address(), more);
    }

    /** Starts before another endpoint. */
    void startBefore(String endpoint, String more) throws Exception {
        proxy.start(
                """
                runtime { event-loops = 1 }
                listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                upstreams.app { endpoints = ["%s"], protocol = h2c, connect-timeout = 5 s, queue-timeout = 5 s
                %s }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """
                        .formatted(endpoint, more));
    }

    /** Asks by HTTP/1.1, on a connection of its own. */
    RawResponse ask(String request) throws IOException {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            return client.send(request).readResponse();
        }
    }

    double connections(String state) {
        return sum("portcullis_endpoint_connections", "state=\"" + state + "\"");
    }

    double waiting() {
        return sum("portcullis_upstream_waiting");
    }

    double sum(String meter, String... labels) {
        try {
            return proxy.scrape().sum(meter, labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void await(CountDownLatch gate) throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        origin.close();
    }
}

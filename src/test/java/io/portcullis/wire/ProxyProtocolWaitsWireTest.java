package io.portcullis.wire;

import static io.portcullis.testkit.ProxyHeaders.line;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections on which a PROXY header is waited for: how long, and what a drain does to them. */
class ProxyProtocolWaitsWireTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final String HEADER =
            new String(line("PROXY TCP4 192.0.2.7 198.51.100.1 4711 8443"), StandardCharsets.ISO_8859_1);

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @BeforeEach
    void start() throws Exception {
        proxy.origin().answer(Script.ok("ok"));
        proxy.start(
                """
                listeners {
                  trusted { bind = "127.0.0.1:0", proxy-protocol { from = ["127.0.0.1"], timeout = 1 m } }
                  others { bind = "127.0.0.1:0", proxy-protocol { from = ["10.0.0.0/8"], timeout = 400 ms } }
                }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [ { upstream = app } ]
                timeouts.keep-alive = 1 h
                drain.timeout = 30 s
                access-log { format = off }
                runtime.event-loops = 1
                """);
    }

    private double open(String listener) {
        try {
            return proxy.scrape().sum("portcullis_listener_connections", "listener=\"" + listener + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What may yet become a header that it may not send is not waited for as long as for a request. */
    @Test
    void whoMaySendNoneAndBeginsOneHasTheTimeOfAHeader() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("others"))) {
            client.send("PROX");
            client.awaitClose();
            assertThat(client.bytesRead()).isZero();
        }
    }

    @Test
    void aDrainClosesWhereNothingOfAHeaderHasComeAndServesWhereItHasBegun() throws Exception {
        try (RawClient silent = RawClient.plain(proxy.port("trusted"));
                RawClient begun = RawClient.plain(proxy.port("trusted"))) {
            begun.send(HEADER.substring(0, 10));
            Await.until(() -> open("trusted") == 2, "both are in");
            Thread draining = Thread.ofVirtual().start(() -> {
                try {
                    proxy.drain();
                } catch (Exception e) {
                    throw new AssertionError("drain", e);
                }
            });
            silent.awaitClose();
            begun.send(HEADER.substring(10) + GET);
            RawResponse answer = begun.readResponse();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.value("Connection")).isEqualTo("close");
            draining.join();
        }
    }
}

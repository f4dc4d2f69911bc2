package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SlowClientWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["{origin}"] }
                    routes = [ { upstream = app } ]
                    timeouts { request-head = 500 ms, request-body-idle = 1 s, response-write = 1 s }
                    limits { min-rate = 10 KiB }
                    access-log { format = off }
                    """);

    @Test
    void l02AHeadThatTricklesIsCutWithItsOwnName() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            assertThat(client.readResponse().status()).isEqualTo(408);
            client.awaitClose();
        }
        assertThat(failures("request_head_timeout")).isEqualTo(1);
        assertThat(proxy.origin().connections()).isEmpty();
    }

    @Test
    void l02ABodyThatTricklesIsCutAlthoughItNeverPausesForLong() throws Exception {
        proxy.origin().answer(Script.ok("too late"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            Await.until(() -> trickle(client) && failures("request_too_slow") == 1, "the slow body is noticed");
            assertThat(client.readResponse().status()).isEqualTo(408);
        }
    }

    @Test
    void l02ABodyThatStopsIsCutWithAnotherName() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
            assertThat(client.readResponse().status()).isEqualTo(408);
        }
        assertThat(failures("request_body_timeout")).isEqualTo(1);
    }

    @Test
    void l02AReaderThatStopsIsCut() throws Exception {
        String body = "x".repeat(16 * 1024 * 1024);
        proxy.origin().answer(Script.ok(body));
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port("plain"));
        try (RawClient client = RawClient.plain(address, 8 * 1024)) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Await.until(() -> failures("response_write_timeout") == 1, "the reader that stopped is noticed");
        }
    }

    @Test
    void aBodyAtAFairPaceIsLeftAlone() throws Exception {
        proxy.origin().answer(Script.ok("fine"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n\r\n");
            client.send("x".repeat(600_000));
            assertThat(client.readResponse().body()).isEqualTo("fine");
        }
    }

    private static boolean trickle(RawClient client) {
        try {
            client.send("x");
            return true;
        } catch (Exception gone) {
            return true;
        }
    }

    private double failures(String kind) {
        try {
            return proxy.scrape().sum("portcullis_failures_total", "kind", kind);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

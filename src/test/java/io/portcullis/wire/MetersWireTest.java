package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Use moves the meters of the table by what it was: those that no other wire test looks at. */
class MetersWireTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final String POST =
            "POST / HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void start() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.origin().answer(Script.ok("backend"));
        proxy.word("down", "127.0.0.1:" + Ports.free())
                .start(
                        """
                        listeners {
                          https { bind = "127.0.0.1:0", tls = site }
                          plain { bind = "127.0.0.1:0" }
                          behind { bind = "127.0.0.1:0", proxy-protocol { from = ["127.0.0.1"] } }
                        }
                        tls.site { certificates = [ { chain = site.pem, key = site.key } ] }
                        upstreams.app { endpoints = ["{origin}"], max-connections = 1 }
                        upstreams.down { endpoints = ["{down}"] }
                        routes = [ { name = app, upstream = app }, { path = "/down", upstream = down } ]
                        access-log { format = json, to = "{dir}/access.log" }
                        reload.watch = off
                        runtime.event-loops = 1
                        """);
    }

    private double sum(String meter, String... labels) {
        try {
            return proxy.scrape().sum(meter, labels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double bytes(String listener, String direction) {
        return sum(
                "portcullis_listener_bytes_total", "listener=\"" + listener + "\"", "direction=\"" + direction + "\"");
    }

    @Test
    void aListenersBytesAreThoseOnTheWire() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send(POST).readResponse();
            client.awaitClose();
            assertThat(bytes("plain", "in")).isEqualTo(POST.length());
            assertThat(bytes("plain", "out")).isEqualTo((double) client.bytesRead());
        }
        assertThat(bytes("https", "in") + bytes("https", "out")).isZero();
    }

    @Test
    void aListenersBytesAreThoseOfTlsAndOfTheProxyHeaderToo() throws Exception {
        try (RawClient client = site.client()) {
            client.send(GET).readResponse();
            assertThat(bytes("https", "in")).isGreaterThan(GET.length() + 200);
            assertThat(bytes("https", "out")).isGreaterThan((double) client.bytesRead() + 500);
        }
        String header = "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n";
        try (RawClient client = RawClient.plain(proxy.port("behind"))) {
            client.send(header + GET).readResponse();
            assertThat(bytes("behind", "in")).isEqualTo(header.length() + GET.length());
        }
    }

    @Test
    void anExchangeIsCountedByBytesAndTimesOnce() throws Exception {
        try (RawClient client = site.client()) {
            client.send(POST).readResponse();
        }
        Await.until(() -> sum("portcullis_request_duration_seconds_count", "route=\"app\"") == 1, "it is over");
        assertThat(sum("portcullis_request_bytes_total", "route=\"app\"")).isEqualTo(5);
        assertThat(sum("portcullis_response_bytes_total", "route=\"app\"")).isEqualTo(7);
        for (String timed : new String[] {
            "portcullis_request_duration_seconds",
            "portcullis_upstream_duration_seconds",
            "portcullis_upstream_first_byte_duration_seconds",
            "portcullis_endpoint_connect_duration_seconds",
            "portcullis_tls_handshake_duration_seconds"
        }) {
            assertThat(sum(timed + "_count")).as(timed).isEqualTo(1);
            assertThat(sum(timed + "_sum")).as(timed).isPositive().isLessThan(60);
        }
        Await.until(() -> sum("portcullis_access_log_lines_total", "result=\"written\"") == 1, "its line was written");
    }

    @Test
    void aWaitAndAFailedConnectAreCounted() throws Exception {
        proxy.origin().hold();
        try (RawClient first = RawClient.plain(proxy.port("plain"));
                RawClient second = RawClient.plain(proxy.port("plain"))) {
            first.send(GET);
            proxy.origin().awaitRequest();
            second.send(GET);
            Await.until(() -> sum("portcullis_upstream_waiting") == 1, "the second waits");
            proxy.origin().release();
            first.readResponse();
            second.readResponse();
            assertThat(sum("portcullis_upstream_wait_duration_seconds_count")).isEqualTo(1);
            assertThat(sum("portcullis_upstream_wait_duration_seconds_sum")).isPositive();
            second.send(GET.replace("/ HTTP", "/down HTTP"));
            assertThat(second.readResponse().status()).isEqualTo(502);
        }
        assertThat(sum("portcullis_endpoint_connect_failures_total", "kind=\"connect_refused\""))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void theProcessShowsItself() {
        assertThat(sum("portcullis_build_info")).isEqualTo(1);
        assertThat(sum("portcullis_certificate_not_after_seconds")).isGreaterThan(1_700_000_000);
        assertThat(sum("portcullis_direct_memory_limit_bytes")).isPositive();
        assertThat(sum("portcullis_allocator_used_bytes", "memory=\"direct\"")).isPositive();
        Await.until(() -> sum("portcullis_loop_delay_seconds_count", "loop=\"0\"") > 0, "the loop was looked at");
    }
}

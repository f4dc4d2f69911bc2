package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.ProxyPeel;
import io.portcullis.testkit.RawClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where connections to endpoints come from, and how long they serve. */
class ConnectionLivesWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    private void start(String more) throws Exception {
        proxy.start(
                """
                runtime.event-loops = 1
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}"], %s }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(more));
    }

    private void ask(int count) throws IOException {
        try (RawClient client = site.client()) {
            for (int i = 0; i < count; i++) {
                assertThat(client.send(Site.GET).readResponse().status()).isEqualTo(200);
            }
        }
    }

    private double closedByAge() {
        return site.sum("portcullis_endpoint_idle_closed_total", "reason=\"max_age\"");
    }

    @Test
    void aConnectionCarriesNoMoreExchangesThanItMay() throws Exception {
        start("max-uses = 2");
        ask(5);
        assertThat(site.origin().connections()).hasSize(3);
    }

    @Test
    void anHttp2ConnectionCarriesNoMoreExchangesThanItMay() throws Exception {
        try (Http2Origin origin = Http2Origin.start()) {
            proxy.word("h2", origin.address());
            start("protocol = h2c, max-uses = 2, endpoints = [\"{h2}\"]");
            ask(5);
            assertThat(origin.connections()).hasSize(3);
        }
    }

    @Test
    void anIdleConnectionIsClosedWhenItIsTooOld() throws Exception {
        start("max-age = 1 s");
        long began = System.nanoTime();
        ask(1);
        site.origin().connections().getFirst().awaitEnd();
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(850), Duration.ofSeconds(3));
        assertThat(closedByAge()).isEqualTo(1);
        ask(1);
        assertThat(site.origin().connections()).hasSize(2);
        site.nothingFailed();
    }

    @Test
    void connectionsComeFromTheAddressThatIsWritten() throws Exception {
        try (ProxyPeel peel = ProxyPeel.before(site.origin().port(), false)) {
            proxy.word("peel", peel.address());
            start("proxy-protocol = v1, bind-address = 127.0.0.9, endpoints = [\"{peel}\"]");
            ask(1);
            assertThat(peel.peeled().getFirst().source().getHostAddress()).isEqualTo("127.0.0.9");
        }
    }

    @Test
    void anAddressThatIsNotOursFailsAsAConnection() throws Exception {
        start("bind-address = 192.0.2.1");
        site.fails(Site.GET, 502, FailureKind.CONNECT_FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"epoll", "nio"})
    void tcpOptionsAreTakenByEachTransport(String transport) throws Exception {
        proxy.start(
                """
                runtime { event-loops = 1, transport = %s }
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app {
                  endpoints = ["{origin}"]
                  tcp { keep-alive-idle = 7 s, keep-alive-interval = 3 s, keep-alive-count = 4, user-timeout = 30 s }
                }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(transport));
        ask(2);
        assertThat(site.origin().connections()).hasSize(1);
    }
}

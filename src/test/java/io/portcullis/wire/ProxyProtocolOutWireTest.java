package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.ProxyHeaders;
import io.portcullis.testkit.ProxyPeel;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backends are told by PROXY protocol whose connection each one is. */
class ProxyProtocolOutWireTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final String LISTEN =
            """
            listeners {
              plain { bind = "127.0.0.1:0" }
              front { bind = "127.0.0.1:0", proxy-protocol { from = "127.0.0.1" } }
              local { bind = "unix:{dir}/in" }
            }
            routes = [ { upstream = app } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private void start(ProxyPeel peel, String more) throws Exception {
        proxy.word("peel", peel.address()).start(LISTEN + "upstreams.app { endpoints = [\"{peel}\"], " + more + " }\n");
    }

    private static void ask(RawClient client) throws Exception {
        assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
    }

    @Test
    void eachExchangeHasAConnectionOfItsOwnWithItsClient() throws Exception {
        try (ProxyPeel peel = ProxyPeel.before(proxy.origin().port(), false)) {
            start(peel, "proxy-protocol = v1");
            try (RawClient one = RawClient.plain(proxy.port("plain"));
                    RawClient two = RawClient.plain(proxy.port("plain"))) {
                ask(one);
                ask(two);
                ask(one);
                assertThat(peel.peeled())
                        .extracting(ProxyPeel.Peeled::header)
                        .containsExactly(line(one), line(two), line(one));
            }
        }
    }

    private String line(RawClient client) {
        return "PROXY TCP4 127.0.0.1 127.0.0.1 " + client.localPort() + " " + proxy.port("plain") + "\r\n";
    }

    @Test
    void whoWaitsForAConnectionGetsOneWithItsOwnHeader() throws Exception {
        try (ProxyPeel peel = ProxyPeel.before(proxy.origin().port(), false)) {
            start(peel, "proxy-protocol = v1, max-connections = 1");
            proxy.origin().hold();
            try (RawClient one = RawClient.plain(proxy.port("plain")).send(GET);
                    RawClient two = RawClient.plain(proxy.port("plain"))) {
                proxy.origin().awaitHeads(1);
                two.send(GET);
                Await.until(
                        () -> {
                            try {
                                return proxy.scrape().sum("portcullis_upstream_waiting") == 1;
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        },
                        "one that waits");
                proxy.origin().release();
                assertThat(one.readResponse().status()).isEqualTo(200);
                assertThat(two.readResponse().status()).isEqualTo(200);
                assertThat(peel.peeled()).extracting(ProxyPeel.Peeled::header).containsExactly(line(one), line(two));
            }
        }
    }

    @Test
    void whatCameInByOneVersionGoesOutByTheOther() throws Exception {
        try (ProxyPeel peel = ProxyPeel.before(proxy.origin().port(), true)) {
            start(peel, "proxy-protocol = v2");
            for (String line : List.of(
                    "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443",
                    "PROXY TCP6 2001:db8::7 2001:db8::1 4711 443",
                    "PROXY TCP6 ::ffff:192.0.2.7 2001:db8::1 4711 443")) {
                try (RawClient client = RawClient.plain(proxy.port("front"))) {
                    ask(client.sendBytes(ProxyHeaders.line(line)));
                }
            }
            try (RawClient client = RawClient.unix(proxy.dir().resolve("in"))) {
                ask(client);
            }
            byte[] mapped = ProxyHeaders.proxied("2001:db8::7", 4711, "2001:db8::1", 443);
            System.arraycopy(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 7}, 0, mapped, 16, 16);
            assertThat(peel.peeled())
                    .extracting(ProxyPeel.Peeled::header)
                    .containsExactly(
                            text(ProxyHeaders.proxied("192.0.2.7", 4711, "198.51.100.1", 443)),
                            text(ProxyHeaders.proxied("2001:db8::7", 4711, "2001:db8::1", 443)),
                            text(mapped),
                            text(ProxyHeaders.block(0x21, 0)));
        }
    }

    @Test
    void aCheckSpeaksForItself() throws Exception {
        try (ProxyPeel peel = ProxyPeel.before(proxy.origin().port(), true)) {
            start(peel, "proxy-protocol = v2, check { interval = 100 ms }");
            Await.until(() -> peel.peeled().size() >= 2, "two checks");
            assertThat(peel.peeled())
                    .extracting(ProxyPeel.Peeled::header)
                    .containsOnly(text(ProxyHeaders.block(0x20, 0)));
        }
    }

    @Test
    void theHeaderGoesBeforeTls() throws Exception {
        TestCertificates backend =
                TestCertificates.in(Files.createDirectories(proxy.dir().resolve("backend")));
        try (Origin secure = Origin.startTls(
                                backend.leaf("app.internal").write("app").server())
                        .answer(Script.ok("ok"));
                ProxyPeel peel = ProxyPeel.before(secure.port(), false)) {
            start(peel, "proxy-protocol = v1, tls { ca = \"backend/ca.pem\", name = app.internal }");
            try (RawClient client = RawClient.plain(proxy.port("plain"))) {
                ask(client);
                assertThat(peel.peeled()).extracting(ProxyPeel.Peeled::header).containsExactly(line(client));
            }
            assertThat(secure.connections().getFirst().session()).isNotNull();
        }
    }

    @Test
    void http2ToBackendsIsRefusedWithARemedy() {
        assertThatThrownBy(() -> proxy.start(
                        LISTEN + "upstreams.app { endpoints = [\"{origin}\"], protocol = h2c, proxy-protocol = v2 }\n"))
                .hasMessageContaining("names one client")
                .hasMessageContaining("protocol = http1");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}

package io.portcullis.wire;

import static io.portcullis.testkit.ProxyHeaders.block;
import static io.portcullis.testkit.ProxyHeaders.line;
import static io.portcullis.testkit.ProxyHeaders.proxied;
import static io.portcullis.testkit.ProxyHeaders.summed;
import static io.portcullis.testkit.ProxyHeaders.tlv;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A proxy in front tells by PROXY protocol whose a connection is. */
class ProxyProtocolInWireTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final byte[] V1 = line("PROXY TCP4 192.0.2.7 198.51.100.1 4711 8443");
    private static final byte[] V2 = summed(proxied("192.0.2.7", 4711, "198.51.100.1", 8443, tlv(3, new byte[4])));
    private static final String CONFIG =
            """
            listeners {
              plain { bind = "127.0.0.1:0", proxy-protocol { from = ["127.0.0.1"], timeout = 400 ms } }
              prior { bind = "127.0.0.1:0", h2c = on, proxy-protocol { from = ["127.0.0.1"] } }
              secure { bind = "127.0.0.1:0", tls = site, proxy-protocol { from = ["127.0.0.1", "unix"] } }
              local { bind = "unix:{dir}/in", proxy-protocol { from = ["unix"] } }
              others { bind = "127.0.0.1:0", proxy-protocol { from = ["10.0.0.0/8"] } }
            }
            tls.site { certificates = [ { chain = "{dir}/site.pem", key = "{dir}/site.key", default = true } ] }
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { upstream = app } ]
            access-log { format = json, to = "{dir}/access.log" }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @BeforeEach
    void start() throws Exception {
        TestCertificates.in(proxy.dir()).leaf("example.com").write("site");
        proxy.origin().answer(Script.ok("ok"));
        proxy.start(CONFIG);
    }

    private RawRequest seenAfter(byte[] header) throws Exception {
        int before = proxy.origin().requestCount();
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.sendBytes(header).send(GET);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        return proxy.origin().awaitRequests(before + 1).get(before);
    }

    private double refused(String listener, String reason) {
        try {
            return proxy.scrape()
                    .sum(
                            "portcullis_listener_proxy_refused_total",
                            "listener=\"" + listener + "\"",
                            "reason=\"" + reason + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refuses(String listener, String reason, byte[] bytes) throws Exception {
        double before = refused(listener, reason);
        try (RawClient client = RawClient.plain(proxy.port(listener))) {
            client.sendBytes(bytes);
            client.awaitClose();
            assertThat(client.bytesRead()).as("bytes answered").isZero();
        }
        assertThat(refused(listener, reason)).as(reason).isEqualTo(before + 1);
        assertThat(proxy.origin().requestCount()).as("requests at the origin").isZero();
    }

    @Test
    void i11TheClientOfTheHeaderIsTheClientEverywhere() throws Exception {
        for (byte[] header : List.of(V1, V2)) {
            RawRequest seen = seenAfter(header);
            assertThat(seen.values("X-Forwarded-For")).containsExactly("192.0.2.7");
            assertThat(seen.values("X-Real-IP")).containsExactly("192.0.2.7");
            assertThat(seen.value("Forwarded")).contains("for=192.0.2.7");
        }
        Await.until(() -> log().size() == 2, () -> "two lines of log, but " + log(), Await.LIMIT);
        assertThat(log()).allMatch(line -> line.contains("192.0.2.7") && !line.contains("127.0.0.1:47"));
    }

    @Test
    void i11AddressesOfBothKindsAndOfNone() throws Exception {
        assertThat(seenAfter(proxied("2001:db8::7", 1, "2001:db8::1", 443)).values("X-Real-IP"))
                .containsExactly("2001:db8::7");
        assertThat(seenAfter(line("PROXY TCP6 2001:db8::7 2001:db8::1 1 443")).values("X-Real-IP"))
                .containsExactly("2001:db8::7");
        assertThat(seenAfter(line("PROXY UNKNOWN")).values("X-Real-IP")).containsExactly("127.0.0.1");
        assertThat(seenAfter(block(0x20, 0, new byte[0])).values("X-Real-IP")).containsExactly("127.0.0.1");
        assertThat(seenAfter(block(0x21, 0x31, new byte[216])).values("X-Forwarded-For"))
                .noneMatch(chain -> chain.contains("127.0.0.1"));
    }

    @Test
    void i11AHeaderCutAnywhereIsReadAsTheSame() throws Exception {
        for (byte[] header : List.of(V1, V2)) {
            for (int cut = 1; cut < header.length; cut++) {
                try (RawClient client = RawClient.plain(proxy.port("prior"))) {
                    client.sendBytes(Arrays.copyOf(header, cut));
                    client.sendBytes(Arrays.copyOfRange(header, cut, header.length));
                    RawResponse answer = client.send(GET).readResponse();
                    assertThat(answer.status()).as("cut at " + cut).isEqualTo(200);
                }
            }
        }
        assertThat(proxy.origin().requests())
                .allMatch(seen -> "192.0.2.7".equals(seen.value("X-Real-IP")))
                .hasSize(V1.length + V2.length - 2);
    }

    @Test
    void i11BehindTheHeaderComesWhateverTheListenerSpeaks() throws Exception {
        try (RawClient wire = RawClient.plain(proxy.port("prior"))) {
            wire.sendBytes(V2);
            RawHttp2 client = RawHttp2.over(wire).begin();
            int stream = client.get("/");
            assertThat(client.answer(stream).status()).isEqualTo(200);
        }
        assertThat(proxy.origin().awaitRequest().value("X-Real-IP")).isEqualTo("192.0.2.7");
        try (RawClient unix = RawClient.unix(proxy.dir().resolve("in"))) {
            unix.sendBytes(V1).send(GET);
            assertThat(unix.readResponse().status()).isEqualTo(200);
        }
        assertThat(proxy.origin().awaitRequests(2).get(1).value("X-Real-IP")).isEqualTo("192.0.2.7");
    }

    @Test
    @NeedsProgram("curl")
    void i11CurlSendsOneBeforeTls() throws Exception {
        String seen = Programs.run(
                        "curl",
                        "--silent",
                        "--show-error",
                        "--haproxy-protocol",
                        "--cacert",
                        proxy.dir().resolve("ca.pem").toString(),
                        "--resolve",
                        "example.com:" + proxy.port("secure") + ":127.0.0.1",
                        "https://example.com:" + proxy.port("secure") + "/")
                .ok()
                .stdout();
        assertThat(seen).isEqualTo("ok");
        assertThat(proxy.origin().awaitRequest().value("X-Forwarded-Proto")).isEqualTo("https");
    }

    @Test
    void i11WhoIsToSendOneMust() throws Exception {
        refuses("plain", "missing", GET.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        refuses("secure", "missing", new byte[] {0x16, 3, 1, 0, 5, 1});
        refuses("plain", "timeout", new byte[0]);
        refuses("plain", "timeout", Arrays.copyOf(V2, V2.length - 1));
    }

    @Test
    void i11MalformedOnesAreRefused() throws Exception {
        refuses("plain", "malformed", line("PROXY TCP4 192.0.2.7 198.51.100.1 4711"));
        refuses("plain", "malformed", line("PROXY UNKNOWN " + "x".repeat(200)));
        refuses("plain", "malformed", block(0x21, 0x11, new byte[11]));
        byte[] bent = V2.clone();
        bent[20] ^= 1;
        refuses("plain", "malformed", bent);
    }

    @Test
    void i11FromElsewhereNoneIsTakenAndPlainRequestsAre() throws Exception {
        refuses("others", "untrusted", V1);
        refuses("others", "untrusted", V2);
        refuses("others", "untrusted", line("PROXY "));
        try (RawClient client = RawClient.plain(proxy.port("others"))) {
            client.send("P").send("ROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(proxy.origin().awaitRequest().value("X-Real-IP")).isEqualTo("127.0.0.1");
    }

    @Test
    void i11LimitsCountTheClientNotTheProxyInFront() throws Exception {
        proxy.reload(CONFIG + "limits.connections-per-address = 1\n");
        try (RawClient one = RawClient.plain(proxy.port("plain")).sendBytes(V1).send(GET);
                RawClient other = RawClient.plain(proxy.port("plain"))
                        .sendBytes(line("PROXY TCP4 192.0.2.8 198.51.100.1 1 2"))
                        .send(GET)) {
            assertThat(one.readResponse().status()).isEqualTo(200);
            assertThat(other.readResponse().status()).isEqualTo(200);
            try (RawClient again = RawClient.plain(proxy.port("plain")).sendBytes(V2)) {
                again.awaitClose();
            }
            assertThat(proxy.scrape().sum("portcullis_listener_refused_total", "reason=\"address_limit\""))
                    .isEqualTo(1);
        }
        Await.until(() -> served(V1), "a place again for who left");
    }

    @Test
    void i02TrustIsAskedAboutTheClientOfTheHeader() throws Exception {
        proxy.reload(CONFIG + "forwarding.trusted-proxies = [\"192.0.2.7\"]\n");
        String request = "GET / HTTP/1.1\r\nHost: example.com\r\nX-Forwarded-For: 203.0.113.5\r\n\r\n";
        for (String client : List.of("192.0.2.7", "192.0.2.8")) {
            try (RawClient wire = RawClient.plain(proxy.port("plain"))) {
                wire.sendBytes(proxied(client, 1, "192.0.2.1", 80)).send(request);
                assertThat(wire.readResponse().status()).isEqualTo(200);
            }
        }
        assertThat(proxy.origin().awaitRequests(2))
                .extracting(seen -> seen.value("X-Real-IP"))
                .containsExactly("203.0.113.5", "192.0.2.8");
    }

    private boolean served(byte[] header) {
        try (RawClient client =
                RawClient.plain(proxy.port("plain")).sendBytes(header).send(GET)) {
            return client.readResponse().status() == 200;
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    private List<String> log() {
        try {
            return Files.readAllLines(proxy.dir().resolve("access.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

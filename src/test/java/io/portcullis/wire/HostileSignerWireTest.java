package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A signer that was taken over, or is sick: it costs the handshakes that need it, and nothing else. */
class HostileSignerWireTest {
    private static final String PROXY =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [
              { chain = "away.pem", signer = keys, signer-timeout = TIMEOUT }
              { chain = "near.pem", key = "near.key" }
            ]
            upstreams.keys {
              endpoints = [{signers}], MORE
              tls { ca = "ca.pem", name = signer.example, chain = "edge.pem", key = "edge.key" }
            }
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            limits.connections-per-address = 5000
            """;
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n";
    private static final String NEVER = "ejection.failures = off, ejection.failure-ratio = off";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final List<Origin> origins = new ArrayList<>();
    private HttpsSite site;
    private TestLeaf away;
    private TestLeaf identity;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        away = site.authority().leaf("example.com").write("away");
        site.authority().leaf("near.example.com").write("near");
        identity = site.authority().leaf("signer.example").write("signer");
        site.authority().leaf("edge.example").client().write("edge");
    }

    @AfterEach
    void close() throws Exception {
        for (Origin each : origins) {
            each.close();
        }
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("garbage", Script.partThenHang("\u0000\u0001\u0002 not HTTP at all\r\n\r\n")),
                Arguments.of("nothing", Script.partThenHang("")),
                Arguments.of("an end", Script.partThenClose("")),
                Arguments.of("a reset", Script.partThenReset("HTTP/1.1 200")),
                Arguments.of("a head, and nothing after it", Script.partThenHang(HEAD + "Content-Length: 70\r\n\r\n")),
                Arguments.of("half a signature", Script.partThenHang(HEAD + "Content-Length: 70\r\n\r\n0E")),
                Arguments.of(
                        "half a signature, and the end", Script.partThenClose(HEAD + "Content-Length: 70\r\n\r\n0E")),
                Arguments.of("no signature", Script.respond(HEAD + "Content-Length: 0\r\n\r\n")),
                Arguments.of(
                        "one that is too long",
                        Script.respond(HEAD + "Content-Length: 4097\r\n\r\n" + "x".repeat(4097))),
                Arguments.of(
                        "ten megabytes",
                        Script.respond(HEAD + "Content-Length: 10000000\r\n\r\n" + "x".repeat(10_000_000))),
                Arguments.of(
                        "a chunk without end",
                        Script.partThenHang(HEAD + "Transfer-Encoding: chunked\r\n\r\nffffff\r\n" + "x".repeat(9000))),
                Arguments.of("interim answers", Script.partThenHang("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(10_000))),
                Arguments.of(
                        "a redirect",
                        Script.respond(
                                "HTTP/1.1 302 Found\r\nLocation: https://elsewhere/\r\nContent-Length: 0\r\n\r\n")),
                Arguments.of(
                        "a body with two lengths",
                        Script.partThenHang(HEAD + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void s20ASignerThatAnswersWithCostsOnlyWhoNeedsIt(String what, Script answer) throws Exception {
        start(NEVER, signer(answer));
        assertThat(asked("example.com")).as(what).isFalse();
        site.awaitFailures("signer_unavailable", 1);
        assertThat(asked("near.example.com")).isTrue();
    }

    /** The client finds out; the proxy's process has to live on, whatever the length. */
    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(ints = {1, 32, 64, 70, 72, 73, 256, 512, 4096})
    void s20ASignatureThatIsNoneFailsAtTheClientWhateverItsLength(int length) throws Exception {
        start(NEVER, signer(Script.respond(HEAD + "Content-Length: " + length + "\r\n\r\n" + "0".repeat(length))));
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            assertThat(asked("example.com", version)).isFalse();
        }
        assertThat(asked("near.example.com")).isTrue();
    }

    @Test
    void aHeadWithoutASignatureCountsAsAFailureOfTheEndpoint() throws Exception {
        Origin stalls = signer(Script.partThenHang(HEAD + "Content-Length: 70\r\n\r\n"));
        start("ejection.failures = 2", stalls, signing());
        for (int i = 0; i < 6; i++) {
            asked("example.com");
        }
        Await.until(() -> available("127.0.0.1:" + stalls.port()) == 0, "the one that stalls to be left out");
    }

    @Test
    void oneThatSaysNothingLeavesTheNextOneTime() throws Exception {
        Origin silent = signer(Script.partThenHang(""));
        start("6 s", NEVER + ", balance = round-robin", silent, signing());
        for (int i = 0; i < 6; i++) {
            assertThat(asked("example.com")).as("handshake %d", i).isTrue();
        }
        assertThat(silent.requestCount()).isPositive();
        assertThat(site.failures("signer_unavailable")).isZero();
    }

    @Test
    void ofTwoThatSayNothingTheTimeIsOverWhenItIsOver() throws Exception {
        start(NEVER, signer(Script.partThenHang("")), signer(Script.partThenHang(HEAD)));
        long began = System.nanoTime();
        assertThat(asked("example.com")).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(6));
        site.awaitFailures("signer_unavailable", 1);
    }

    @Test
    void hundredsOfHandshakesThatWaitForASignerThatIsSilentAreBoundedAndEnd() throws Exception {
        start(NEVER + ", max-requests = 50", signer(Script.partThenHang("")));
        byte[] hello = Hellos.ofJdk("example.com");
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port("https"));
                waiting.add(socket);
                socket.getOutputStream().write(hello);
            }
            assertThat(asked("near.example.com")).as("others go on").isTrue();
            site.awaitFailures("signer_unavailable", 1_000);
        } finally {
            for (Socket each : waiting) {
                each.close();
            }
        }
        assertThat(signatures("busy")).isPositive();
        assertThat(signatures("busy") + signatures("timeout")).isEqualTo(1_000);
    }

    @Test
    void oneThatTakesConnectionsAndShakesNoHandsLeavesTheNextOneTimeToo() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            proxy.word(
                    "signers",
                    "\"127.0.0.1:" + deaf.getLocalPort() + "\", \"127.0.0.1:"
                            + signing().port() + "\"");
            proxy.start(PROXY.replace("MORE", NEVER + ", balance = round-robin").replace("TIMEOUT", "6 s"));
            for (int i = 0; i < 4; i++) {
                assertThat(asked("example.com")).as("handshake %d", i).isTrue();
            }
        }
    }

    private void start(String more, Origin... signers) throws Exception {
        start("1 s", more, signers);
    }

    private void start(String timeout, String more, Origin... signers) throws Exception {
        proxy.word(
                "signers",
                String.join(
                        ", ",
                        Stream.of(signers)
                                .map(each -> "\"127.0.0.1:" + each.port() + "\"")
                                .toList()));
        proxy.start(PROXY.replace("MORE", more).replace("TIMEOUT", timeout));
    }

    private Origin signer(Script answer) {
        Origin origin = Origin.startTls(identity.server()).answer(answer);
        origins.add(origin);
        return origin;
    }

    /** A good one: it signs what it is sent, as Portcullis does. */
    private Origin signing() {
        return signer(Script.respond(request -> {
            try {
                java.security.Signature signature = java.security.Signature.getInstance("SHA256withECDSA");
                signature.initSign(away.key());
                signature.update(request.body().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                byte[] signed = signature.sign();
                return HEAD + "Content-Length: " + signed.length + "\r\n\r\n"
                        + new String(signed, java.nio.charset.StandardCharsets.ISO_8859_1);
            } catch (java.security.GeneralSecurityException e) {
                throw new AssertionError(e);
            }
        }));
    }

    private double available(String endpoint) {
        return scraped("portcullis_endpoint_available", "endpoint=\"" + endpoint + "\"");
    }

    private double signatures(String result) {
        return scraped("portcullis_remote_signatures_total", "result=\"" + result + "\"");
    }

    private double scraped(String name, String tag) {
        try {
            return proxy.scrape().sum(name, tag);
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }

    private boolean asked(String name, String... versions) {
        try (RawClient client =
                RawClient.tls(proxy.port("https"), site.offer().named(name).protocols(versions))) {
            client.send("GET / HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n");
            return client.readResponse().status() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A private key that another process holds, and what becomes of handshakes when that process is not well. */
class RemoteKeyWireTest {
    private static final String PROXY =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [
              { chain = "away.pem", signer = keys, signer-timeout = 500 ms }
              { chain = "near.pem", key = "near.key" }
            ]
            upstreams.keys {
              endpoints = ["127.0.0.1:{signer}"], ejection.failures = off, ejection.failure-ratio = off
              tls { ca = "ca.pem", name = signer.example, chain = "edge.pem", key = "edge.key" }
            }
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;
    private SigningProcess signer;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        signer = new SigningProcess(proxy.dir());
        signer.takeAway(site.authority().leaf("example.com").write("away"));
        site.authority().leaf("near.example.com").write("near");
        site.authority().leaf("signer.example").write("signer");
        site.authority().leaf("edge.example").client().write("edge");
        proxy.word("signer", signer.port());
    }

    @AfterEach
    void stopSigner() {
        signer.close();
    }

    @Test
    void eachSignatureIsALineAndCounted() throws Exception {
        signer.start("edge.example", "");
        proxy.start(PROXY);
        assertThat(asked("example.com")).isTrue();
        assertThat(signer.lines())
                .singleElement()
                .asString()
                .contains("signed by ecdsa_secp256r1_sha256 with the key of ")
                .contains("away.pem")
                .contains("for CN=edge.example at 127.0.0.1");
        assertThat(signatures("ok")).isEqualTo(1);
    }

    @Test
    void aProxyIsKnownByItsDigestToo() throws Exception {
        byte[] der = site.authority()
                .leaf("other.example")
                .client()
                .write("edge")
                .certificate()
                .getEncoded();
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        signer.start("\"sha256:" + digest + "\"", "");
        proxy.start(PROXY);
        assertThat(asked("example.com")).isTrue();
    }

    @Test
    void s20AProxyThatIsNotOnTheListGetsNothing() throws Exception {
        signer.start("somebody.else.example", "");
        proxy.start(PROXY);
        assertThat(asked("example.com")).isFalse();
        site.awaitFailures("signer_unavailable", 1);
        assertThat(signer.lines().getLast())
                .isEqualTo("signed nothing for CN=edge.example at 127.0.0.1: client_refused");
        assertThat(signatures("refused")).isEqualTo(1);
    }

    @Test
    void s20AnAlgorithmThatIsNotOnTheListGetsNothing() throws Exception {
        signer.start("edge.example", ", algorithms = [rsa_pss_rsae_sha256]");
        proxy.start(PROXY);
        assertThat(asked("example.com")).isFalse();
        site.awaitFailures("signer_unavailable", 1);
        assertThat(signer.lines().getLast()).endsWith("algorithm_refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsProgram("openssl")
    void s20WithoutASignerTheHandshakeEndsWithInternalErrorAndOthersGoOn(String version) throws Exception {
        proxy.start(PROXY);
        assertThat(site.openssl("-servername", "example.com", version))
                .contains("alert number 80")
                .doesNotContain("exit 0");
        site.awaitFailures("signer_unavailable", 1);
        assertThat(signatures("unreachable")).isEqualTo(1);
        assertThat(asked("near.example.com")).isTrue();
        signer.start("edge.example", "");
        assertThat(asked("example.com")).as("when the signer is there").isTrue();
    }

    /** It takes connections and says nothing: the handshake has its deadline, and no loop waits for it. */
    @Test
    void s20ASignerThatSaysNothingCostsOneHandshakeItsTime() throws Exception {
        try (ServerSocket silent = new ServerSocket(signer.port(), 50, InetAddress.getLoopbackAddress())) {
            assertThat(silent.isBound()).isTrue();
            proxy.start(PROXY + "runtime.event-loops = 1\n");
            AtomicBoolean ended = new AtomicBoolean();
            Thread slow = Thread.ofVirtual().start(() -> {
                assertThat(asked("example.com")).isFalse();
                ended.set(true);
            });
            for (int i = 0; i < 5; i++) {
                assertThat(asked("near.example.com")).isTrue();
            }
            slow.join();
            assertThat(ended).isTrue();
            site.awaitFailures("signer_unavailable", 1);
            assertThat(signatures("timeout")).isEqualTo(1);
        }
    }

    @Test
    void s20OfTwoSignersOneThatSaysNothingIsLeftOut() throws Exception {
        signer.start("edge.example", "");
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            proxy.start(PROXY.replace(
                            "\"127.0.0.1:{signer}\"",
                            "\"127.0.0.1:{signer}\", \"127.0.0.1:" + silent.getLocalPort() + "\"")
                    .replace(
                            "ejection.failures = off, ejection.failure-ratio = off",
                            "balance = round-robin, ejection.failures = 2"));
            AtomicInteger inARow = new AtomicInteger();
            Await.until(
                    () -> (asked("example.com") ? inARow.incrementAndGet() : inARow.getAndSet(0)) >= 10,
                    "ten handshakes in a row");
        }
    }

    @Test
    void s20AClientThatLeavesWhileItsSignatureIsAwaitedHarmsNobody() throws Exception {
        try (ServerSocket silent = new ServerSocket(signer.port(), 50, InetAddress.getLoopbackAddress())) {
            assertThat(silent.isBound()).isTrue();
            proxy.start(PROXY);
            byte[] hello = Hellos.ofJdk("example.com");
            for (int i = 0; i < 20; i++) {
                try (java.net.Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port("https"))) {
                    socket.getOutputStream().write(hello);
                }
            }
            Await.until(() -> signatures("timeout") == 20, "signatures that nobody waits for");
        }
        signer.start("edge.example", "");
        assertThat(asked("example.com")).isTrue();
    }

    @Test
    void s20KillingTheSignerUnderLoadFailsClearlyAndEndsByItself() throws Exception {
        signer.start("edge.example", "");
        proxy.start(PROXY);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger good = new AtomicInteger();
        AtomicInteger bad = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    (asked("example.com") ? good : bad).incrementAndGet();
                }
            }));
        }
        Await.until(() -> good.get() > 20, "handshakes with the signer");
        assertThat(bad).hasValue(0);
        signer.stop();
        Await.until(() -> bad.get() > 20, "handshakes without it");
        signer.start("edge.example", "");
        int before = good.get();
        Await.until(() -> good.get() > before + 20, "handshakes with it again");
        over.set(true);
        for (Thread each : clients) {
            each.join();
        }
        assertThat(site.failures("signer_unavailable")).isEqualTo(bad.get());
        assertThat(proxy.scrape().sum("portcullis_tls_handshake_failures_total"))
                .isEqualTo(bad.get());
    }

    @Test
    void theKeyOfAnotherKindMayBeHere() throws Exception {
        site.authority().leaf("example.com").rsa(2048).write("rsa");
        signer.start("edge.example", "");
        proxy.start(PROXY.replace(
                "tls.public.certificates = [", "tls.public.certificates = [ { chain = rsa.pem, key = rsa.key }"));
        String both = site.openssl("-servername", "example.com", "-sigalgs", "ecdsa_secp256r1_sha256");
        assertThat(both).contains("Peer signature type: ECDSA").endsWith("exit 0");
        assertThat(site.openssl("-servername", "example.com", "-sigalgs", "rsa_pss_rsae_sha256"))
                .contains("Peer signature type: RSA-PSS")
                .endsWith("exit 0");
        assertThat(signatures("ok")).isEqualTo(1);
    }

    @Test
    void ed25519IsSignedForToo() throws Exception {
        Files.delete(proxy.dir().resolve("away/away.key"));
        signer.takeAway(site.authority().leaf("example.com").ed25519().write("away"));
        signer.start("edge.example", "");
        proxy.start(PROXY);
        assertThat(asked("example.com")).isTrue();
        assertThat(signer.lines().getLast()).startsWith("signed by ed25519 ");
    }

    @Test
    void aReloadThatTakesAProxyFromTheListHoldsForOpenConnections() throws Exception {
        signer.start("edge.example", "");
        proxy.start(PROXY);
        assertThat(asked("example.com")).isTrue();
        signer.reload("nobody.example");
        assertThat(asked("example.com")).isFalse();
        assertThat(signer.lines().getLast()).endsWith("client_refused");
    }

    @Test
    void withoutTasksOfTheTlsLibraryNothingStarts() {
        String property = "io.netty.handler.ssl.openssl.useTasks";
        System.setProperty(property, "false");
        try {
            assertThatThrownBy(() -> proxy.start(PROXY)).hasMessageContaining(property + "=false");
        } finally {
            System.clearProperty(property);
        }
    }

    private boolean asked(String name) {
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer().named(name))) {
            client.send("GET / HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n");
            return client.readResponse().status() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private double signatures(String result) {
        try {
            return proxy.scrape()
                    .sum("portcullis_remote_signatures_total", "upstream=\"keys\"", "result=\"" + result + "\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }
}

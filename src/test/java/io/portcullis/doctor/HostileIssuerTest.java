package io.portcullis.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.TestCertificates;
import io.portcullis.tls.KnownRoots;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A certificate tells where its issuer is. Whoever wrote that need not mean well. */
class HostileIssuerTest {
    private static final Duration PATIENCE = Duration.ofMillis(300);

    @TempDir
    Path dir;

    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private TestCertificates below;
    private ServerSocket server;

    private interface Answer {
        void to(Socket client, OutputStream out) throws IOException, InterruptedException;
    }

    @BeforeEach
    void open() throws IOException {
        below = TestCertificates.in(dir).intermediate("Below");
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        over.countDown();
        server.close();
    }

    @Test
    @Timeout(10)
    void oneThatSaysNothingIsGivenUp() throws Exception {
        answering((client, out) -> over.await());
        assertThat(why(source())).contains("no HTTP");
    }

    @Test
    @Timeout(10)
    void oneThatDripsForEverIsGivenUp() throws Exception {
        answering((client, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (!over.await(20, TimeUnit.MILLISECONDS)) {
                out.write('x');
            }
        });
        assertThat(why(source())).contains("not that certificate");
    }

    @Test
    @Timeout(10)
    void oneWithoutEndIsCutOff() throws Exception {
        answering((client, out) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (over.getCount() > 0) {
                out.write(new byte[65536]);
            }
        });
        assertThat(why(source())).contains("not that certificate");
    }

    @Test
    @Timeout(10)
    void oneThatOnlyLeadsOnIsLeftSoon() throws Exception {
        answering((client, out) -> redirect(out, source() + asked.get()));
        assertThat(why(source())).isEqualTo("it only redirects");
        assertThat(asked).hasValue(3);
    }

    @Test
    @Timeout(10)
    void nobodyIsLedToWhereOnlyTheMachineCanGo() throws Exception {
        answering((client, out) -> redirect(out, "http://169.254.169.254/latest/meta-data/"));
        assertThat(why(source())).isEqualTo("not asked, for 169.254.169.254 is no public address");
        assertThat(why("http://0.0.0.0:" + server.getLocalPort() + "/")).startsWith("not asked");
    }

    @Test
    @Timeout(10)
    void oneInChunksIsRead() throws Exception {
        byte[] der = below.certificate().getEncoded();
        answering((client, out) -> {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            for (byte each : der) {
                out.write(new byte[] {'1', ';', 'x', '\r', '\n', each, '\r', '\n'});
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        });
        assertThat(new IssuerSource(patient(InetAddress.getLoopbackAddress())).of(leaf(source())))
                .isEqualTo(below.certificate());
    }

    @Test
    void aServerFromAfarSendsNobodyToThisMachineOrItsNetwork() throws Exception {
        answering((client, out) -> {});
        IssuerSource source = new IssuerSource(patient(InetAddress.ofLiteral("192.0.2.1")));
        assertThat(source.of(leaf(source()))).isNull();
        assertThat(source.isRefused()).isTrue();
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, PUBLIC", "2001:db8::1, PUBLIC", "100.128.0.1, PUBLIC", "10.0.0.1, NETWORK", "172.31.0.1, NETWORK",
        "192.168.1.1, NETWORK", "100.64.0.1, NETWORK", "100.127.255.255, NETWORK", "fd00::1, NETWORK",
                "fc00::1, NETWORK",
        "127.0.0.2, MACHINE", "::1, MACHINE", "::ffff:127.0.0.1, MACHINE", "169.254.169.254, NONE", "fe80::1, NONE",
        "0.0.0.0, NONE", "::, NONE", "224.0.0.1, NONE"
    })
    void anAddressHasAReach(String literal, Reach reach) {
        assertThat(Reach.of(InetAddress.ofLiteral(literal))).isEqualTo(reach);
    }

    @Test
    void inwardsLeadsOnlyWhoIsWithin() {
        assertThat(Reach.PUBLIC.isOpenTo(Reach.PUBLIC)).isTrue();
        assertThat(Reach.NETWORK.isOpenTo(Reach.PUBLIC)).isFalse();
        assertThat(Reach.NETWORK.isOpenTo(Reach.MACHINE)).isTrue();
        assertThat(Reach.MACHINE.isOpenTo(Reach.NETWORK)).isFalse();
        assertThat(Reach.MACHINE.isOpenTo(Reach.MACHINE)).isTrue();
        assertThat(Reach.NONE.isOpenTo(Reach.NONE)).isFalse();
    }

    private void answering(Answer answer) {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    client.getInputStream().read(new byte[4096]);
                    asked.incrementAndGet();
                    answer.to(client, client.getOutputStream());
                } catch (IOException | InterruptedException e) {
                    // The next one, or the end.
                }
            }
        });
    }

    private static void redirect(OutputStream out, String to) throws IOException {
        out.write(("HTTP/1.1 302 Found\r\nLocation: " + to + "\r\nContent-Length: 0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private String source() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/below.der";
    }

    /** Why nothing came from there. */
    private String why(String source) {
        IssuerSource fetch = new IssuerSource(patient(InetAddress.getLoopbackAddress()));
        assertThat(fetch.of(leaf(source))).isNull();
        return fetch.why();
    }

    private X509Certificate leaf(String source) {
        return below.leaf(Sick.NAME).issuerAt(source).write("gap").certificate();
    }

    private static Patient patient(InetAddress at) {
        return new Patient(
                Sick.NAME,
                443,
                List.of(at),
                Patient.Speaks.TLS,
                Patient.Ours.UNKNOWN,
                KnownRoots.ofRuntime(),
                PATIENCE);
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that abuse small certificates and growing records: they get an alert or what they asked for, and the next one is served. */
class HostileTlsWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [ { chain = "site.pem", key = "site.key" } ]
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { upstream = app } ]
            access-log { format = off }
            limits.connections-per-address = 5000
            """;
    private static final int COMPRESS_CERTIFICATE = 27;
    /** Record header, handshake header, version, random. */
    private static final int SESSION_ID = 5 + 4 + 2 + 32;

    private static final int BODY = 1 << 20;
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void start() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.start(CONFIG);
        proxy.origin().answer(Script.ok("x".repeat(BODY)));
    }

    static Stream<Arguments> offers() {
        byte[] many = new byte[255];
        many[0] = (byte) 254;
        return Stream.of(
                Arguments.of("nothing at all", new byte[0], false),
                Arguments.of("an empty list", new byte[] {0}, false),
                Arguments.of("half an algorithm", new byte[] {1, 0}, false),
                Arguments.of("a list longer than it is", new byte[] {4, 0, 1}, false),
                Arguments.of("a byte after the list", new byte[] {2, 0, 1, 0}, false),
                Arguments.of("zlib twice", new byte[] {4, 0, 1, 0, 1}, false),
                Arguments.of("127 times the one that is reserved", many, false),
                Arguments.of("one nobody knows", new byte[] {2, 0x7f, 0x7f}, true),
                Arguments.of("zlib", new byte[] {2, 0, 1}, true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("offers")
    void s19AnOfferToUnpackCertificatesThatIs(String what, byte[] content, boolean good) throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("https"))) {
            client.sendBytes(helloWith(content));
            assertThat((int) client.readExactly(1).charAt(0)).as(what).isEqualTo(good ? 22 : 21);
        }
        servesOn();
    }

    @Test
    void s19ThoseThatAskForASmallCertificateAndLeaveCostNothingThatStays() throws Exception {
        byte[] hello = helloWith(new byte[] {2, 0, 1});
        List<Socket> open = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port("https"));
            socket.getOutputStream().write(hello);
            if (i % 2 == 0) {
                socket.setSoLinger(true, 0);
                socket.close();
            } else {
                open.add(socket);
            }
        }
        servesOn();
        for (Socket each : open) {
            each.close();
        }
        Await.until(() -> connections() == 0, "every connection to be gone");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1_349, 1_350, 65_535, 65_536, 65_537, 200_000, 900_000})
    void whoBreaksOffWhileRecordsGrowHarmsNobody(int read) throws Exception {
        for (int i = 0; i < 20; i++) {
            RawClient client = RawClient.tls(proxy.port("https"), site.offer());
            client.send(GET);
            if (read > 0) {
                client.readExactly(read);
            }
            client.reset();
            client.close();
        }
        servesOn();
        Await.until(() -> connections() == 0, "every connection to be gone");
    }

    private void servesOn() throws IOException {
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer())) {
            assertThat(client.send(GET).readResponse().body()).hasSize(BODY);
        }
    }

    /** What the JDK sends, and at its end the extension with {@code content}. */
    private static byte[] helloWith(byte[] content) throws Exception {
        byte[] hello = Hellos.ofJdk("example.com");
        ByteBuffer in = ByteBuffer.wrap(hello);
        int at = SESSION_ID + 1 + in.get(SESSION_ID);
        at += 2 + in.getShort(at);
        at += 1 + in.get(at);
        int more = 4 + content.length;
        ByteBuffer out = ByteBuffer.allocate(hello.length + more);
        out.put(hello)
                .putShort((short) COMPRESS_CERTIFICATE)
                .putShort((short) content.length)
                .put(content);
        out.putShort(3, (short) (in.getShort(3) + more));
        out.putShort(7, (short) (in.getShort(7) + more));
        out.putShort(at, (short) (in.getShort(at) + more));
        return out.array();
    }

    private double connections() {
        try {
            return proxy.scrape().sum("portcullis_listener_connections", "listener=\"https\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }
}

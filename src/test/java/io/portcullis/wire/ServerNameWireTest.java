package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TlsOffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The name in the TLS handshake, and the name in the request that comes by it. */
class ServerNameWireTest {
    private static final int HEADER = 5;
    private static final String NAME = "example.com";

    @RegisterExtension
    static final ProxyExtension PROXY = withoutDefault();

    private static ProxyExtension withoutDefault() {
        ProxyExtension product = new ProxyExtension()
                .config(
                        """
                        listeners { secure { bind = "127.0.0.1:0", tls = site } }
                        tls.site { certificates = [
                          { chain = "{dir}/site.pem", key = "{dir}/site.key" }
                          { chain = "{dir}/shop.pem", key = "{dir}/shop.key" }
                        ] }
                        upstreams.app { endpoints = ["{origin}"] }
                        routes = [ { upstream = app } ]
                        access-log { format = off }
                        """);
        try {
            TestCertificates ca = TestCertificates.in(product.dir());
            ca.leaf(NAME).write("site");
            ca.leaf("shop.example").write("shop");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return product;
    }

    @ParameterizedTest
    @ValueSource(strings = {NAME, "shop.example", "EXAMPLE.COM:443", "no-certificate.example"})
    void p05HostsOfOneGroupShareConnections(String host) throws Exception {
        try (RawClient client = RawClient.tls(
                PROXY.port("secure"),
                TlsOffer.trusting(PROXY.dir().resolve("ca.pem")).named(NAME))) {
            client.send("GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        List<RawRequest> seen = PROXY.origin().awaitRequests(1);
        assertThat(seen.getLast().values("Host")).containsExactly(host);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unservedNames")
    void p06TurnsAwayAHandshakeWithoutAKnownName(String name, String replacement) throws Exception {
        byte[] hello = name.equals("none") ? hello(null) : renamed(replacement);
        try (RawClient client = RawClient.plain(PROXY.port("secure"))) {
            client.sendBytes(hello);
            String alert = client.readExactly(HEADER + 2);
            assertThat((int) alert.charAt(0)).as("record type: alert").isEqualTo(21);
            assertThat((int) alert.charAt(HEADER + 1))
                    .as("unrecognized_name, or decode_error and illegal_parameter for an unreadable one")
                    .isIn(112, 50, 47);
            client.awaitClose();
        }
    }

    /** Each as long as the name it stands in for. */
    static List<Arguments> unservedNames() {
        return cases(
                "none", "",
                "unknown", "exampla.com",
                "label of a served name", "xample.come",
                "NUL", "example\0com",
                "blank", "example com",
                "Latin-1", "ex\u00e4mple.com",
                "address", "127.0.0.100",
                "slash", "example/com");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 43, 100})
    void p06ReadsAHelloCutIntoRecords(int piece) throws Exception {
        try (RawClient client = RawClient.plain(PROXY.port("secure"))) {
            client.sendBytes(inRecords(hello(NAME), piece));
            answersWithServerHello(client);
        }
    }

    @Test
    void p06ReadsAHelloThatComesByteByByte() throws Exception {
        try (RawClient client = RawClient.plain(PROXY.port("secure"))) {
            for (byte one : hello(NAME)) {
                client.sendBytes(new byte[] {one});
            }
            answersWithServerHello(client);
        }
    }

    @Test
    void p07MakesNo421InsideOneGroup() throws Exception {
        try (RawClient client = RawClient.tls(
                PROXY.port("secure"),
                TlsOffer.trusting(PROXY.dir().resolve("ca.pem")).named("shop.example"))) {
            client.send("GET http://example.com/a HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    private static void answersWithServerHello(RawClient client) throws IOException {
        String begin = client.readExactly(HEADER + 1);
        assertThat((int) begin.charAt(0)).as("record type: handshake").isEqualTo(22);
        assertThat((int) begin.charAt(HEADER))
                .as("handshake type: server hello")
                .isEqualTo(2);
    }

    private static byte[] hello(@org.jspecify.annotations.Nullable String name) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(name == null ? List.of() : List.of(new SNIHostName(name)));
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), out);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] renamed(String name) throws Exception {
        String hello = new String(hello(NAME), StandardCharsets.ISO_8859_1);
        assertThat(hello).contains(NAME);
        assertThat(name).hasSameSizeAs(NAME);
        return hello.replace(NAME, name).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** The same handshake message, {@code piece} bytes to a record. */
    private static byte[] inRecords(byte[] hello, int piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = HEADER; i < hello.length; i += piece) {
            int size = Math.min(piece, hello.length - i);
            out.write(hello, 0, 3);
            out.write(size >> 8);
            out.write(size);
            out.write(hello, i, size);
        }
        return out.toByteArray();
    }
}

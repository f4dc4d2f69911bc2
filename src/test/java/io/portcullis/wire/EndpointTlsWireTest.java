package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Relay;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS toward endpoints: whom Portcullis believes, what it shows, and what clients hear of what goes wrong. */
class EndpointTlsWireTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final String CA = "ca = \"backend/ca.pem\"";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final ProxyExtension node = new ProxyExtension();

    private TestCertificates backend;

    @BeforeEach
    void makeAuthority() throws Exception {
        backend = TestCertificates.in(Files.createDirectories(proxy.dir().resolve("backend")));
    }

    @Test
    void r12AGoodCertificateForTheEndpointsAddressIsBelieved() throws Exception {
        try (Origin origin = serving(backend.leaf("127.0.0.1").write("good"))) {
            start(origin.address(), CA);
            assertThat(ask().body()).isEqualTo("over TLS");
            SSLSession session =
                    Objects.requireNonNull(origin.connections().get(0).session());
            assertThat(session.getProtocol()).isEqualTo("TLSv1.3");
            assertThat(asked(session)).as("no SNI for an address").isEmpty();
        }
    }

    @Test
    void r12TheNameThatIsVerifiedIsTheOneAskedFor() throws Exception {
        try (Origin origin = serving(backend.leaf("app.internal").write("good"))) {
            start(origin.address(), CA + ", name = app.internal");
            assertThat(ask().body()).isEqualTo("over TLS");
            assertThat(asked(Objects.requireNonNull(origin.connections().get(0).session())))
                    .containsExactly("app.internal");
        }
    }

    @Test
    void r12SniMayBeAnotherNameAndIsNotTakenForTheVerifiedOne() throws Exception {
        try (Origin origin = serving(backend.leaf("front.internal").write("good"))) {
            start(origin.address(), CA + ", name = app.internal, sni = front.internal");
            assertThat(refused("tls_certificate_error")).contains("not for app.internal but for front.internal");
            assertThat(origin.requestCount()).isZero();
        }
    }

    @Test
    void r12AWrongNameIsRefusedAndNothingIsSent() throws Exception {
        try (Origin origin = serving(backend.leaf("other.internal").write("wrong"))) {
            start(origin.address(), CA);
            assertThat(refused("tls_certificate_error"))
                    .contains("its certificate is refused: it is not for 127.0.0.1");
            assertThat(origin.requestCount()).isZero();
        }
    }

    @Test
    void r12AnExpiredCertificateIsRefused() throws Exception {
        try (Origin origin = serving(backend.leaf("127.0.0.1").expired().write("old"))) {
            start(origin.address(), CA);
            assertThat(refused("tls_certificate_error")).contains("has expired");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ca = \"other/ca.pem\""})
    void r12AnUnknownIssuerIsRefused(String trusted) throws Exception {
        TestCertificates.in(Files.createDirectories(proxy.dir().resolve("other")));
        try (Origin origin = serving(backend.leaf("127.0.0.1").write("stranger"))) {
            start(origin.address(), trusted);
            assertThat(refused("tls_certificate_error")).contains("is not known");
        }
    }

    @Test
    void r12ACertificateForClientsIsRefused() throws Exception {
        try (Origin origin = serving(backend.leaf("127.0.0.1").client().write("client"))) {
            start(origin.address(), CA);
            refused("tls_certificate_error");
        }
    }

    @Test
    void whereVerificationIsOffAnyCertificateWillDo() throws Exception {
        try (Origin origin = serving(backend.leaf("other.internal").expired().write("bad"))) {
            start(origin.address(), "verify = off");
            assertThat(ask().body()).isEqualTo("over TLS");
        }
    }

    @Test
    void u09PlainBytesBeforeTlsAreDiscarded() throws Exception {
        try (ServerSocket plain = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> answerAtOnce(plain));
            start("127.0.0.1:" + plain.getLocalPort(), CA);
            assertThat(refused("tls_protocol_error")).contains("not TLS");
        }
    }

    @Test
    void anEndpointThatIsSilentInTheHandshakeCostsConnectTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            proxy.start(config("127.0.0.1:" + silent.getLocalPort(), CA, "connect-timeout = 200 ms"));
            RawResponse answer = ask();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.head().value("Proxy-Status")).contains("error=connection_timeout");
        }
    }

    @Test
    void r12AResponseUntilTheEndNeedsACloseNotify() throws Exception {
        try (Origin origin = serving(backend.leaf("127.0.0.1").write("good"));
                Relay relay = Relay.untouched(origin.port())) {
            start("127.0.0.1:" + relay.port(), CA);
            origin.answer(turn -> turn.send("HTTP/1.1 200 OK\r\n\r\nwhole").close());
            assertThat(ask().body()).isEqualTo("whole");
            origin.answer(turn -> turn.send("HTTP/1.1 200 OK\r\n\r\npart").hang());
            try (RawClient client = RawClient.plain(proxy.port("plain"))) {
                client.send(GET);
                Await.until(() -> origin.requestCount() == 2, "the second request");
                assertThat(client.readHead().startLine()).contains("200");
                assertThat(client.readExactly(7)).isEqualTo("4\r\npart");
                relay.cut();
                assertThat(client.readAll()).as("no last chunk").doesNotContain("0\r\n\r\n");
            }
        }
    }

    @Test
    void connectionsAreKeptAndUsedAgain() throws Exception {
        try (Origin origin = serving(backend.leaf("127.0.0.1").write("good"))) {
            start(origin.address(), CA);
            try (RawClient client = RawClient.plain(proxy.port("plain"))) {
                for (int i = 0; i < 5; i++) {
                    assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
                }
            }
            assertThat(origin.connections()).hasSize(1);
        }
    }

    @Test
    void aConnectionThatIsMadeAnewResumesItsSession() throws Exception {
        try (Origin origin = serving(backend.leaf("127.0.0.1").write("good"))) {
            start(origin.address(), CA);
            origin.answer(turn -> {
                turn.request();
                turn.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
                        .close();
            });
            assertThat(ask().status()).isEqualTo(200);
            assertThat(ask().status()).isEqualTo(200);
            SSLSession first =
                    Objects.requireNonNull(origin.awaitConnections(2).get(0).session());
            SSLSession second =
                    Objects.requireNonNull(origin.connections().get(1).session());
            assertThat(second.getCreationTime()).isEqualTo(first.getCreationTime());
        }
    }

    @Test
    void r13AnUpstreamThatVerifiesUsesNothingOfOneThatDoesNot() throws Exception {
        try (Origin origin = serving(backend.leaf("other.internal").write("wrong"))) {
            proxy.word("backend", origin.address())
                    .start(
                            """
                            listeners { plain { bind = "127.0.0.1:0" } }
                            upstreams.loose { endpoints = ["{backend}"], tls { verify = off } }
                            upstreams.strict { endpoints = ["{backend}"], tls { ca = "backend/ca.pem" } }
                            routes = [ { path = /loose, upstream = loose }, { path = /strict, upstream = strict } ]
                            access-log { format = off }
                            """);
            try (RawClient client = RawClient.plain(proxy.port("plain"))) {
                client.send("GET /loose HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
                client.send("GET /strict HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(502);
            }
        }
    }

    @Test
    void aTunnelGoesOverTlsAndEndsOneDirectionAtATime() throws Exception {
        try (Origin origin = serving(backend.leaf("127.0.0.1").write("good"))) {
            start(origin.address(), CA);
            origin.answer(
                    Script.tunnel("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
            try (RawClient client = RawClient.plain(proxy.port("plain"))) {
                client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
                assertThat(client.readHead().startLine()).startsWith("HTTP/1.1 101");
                client.send("to and fro");
                assertThat(client.readExactly(10)).isEqualTo("to and fro");
                client.halfClose();
                assertThat(client.readAll()).isEmpty();
            }
            origin.connections().get(0).awaitEnd();
        }
    }

    @Test
    void aChangedAuthorityIsTakenByAReload() throws Exception {
        try (Origin origin = serving(backend.leaf("127.0.0.1").write("good"))) {
            TestCertificates other =
                    TestCertificates.in(Files.createDirectories(proxy.dir().resolve("other")));
            Path trusted = proxy.dir().resolve("trusted.pem");
            Files.copy(other.rootFile(), trusted);
            start(origin.address(), "ca = trusted.pem");
            refused("tls_certificate_error");
            Files.delete(trusted);
            Files.copy(backend.rootFile(), trusted);
            proxy.reload();
            assertThat(ask().body()).isEqualTo("over TLS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsProgram("openssl")
    void anEndpointThatWantsACertificateGetsOurs(String version) throws Exception {
        backend.leaf("portcullis").client().write("ours");
        TestLeaf site = backend.leaf("127.0.0.1").write("good");
        int port = Ports.free();
        try (RunningProgram server =
                openssl(port, site, version, "-Verify", "1", "-verify_return_error", "-CAfile", root())) {
            start("127.0.0.1:" + port, CA + ", chain = \"backend/ours.pem\", key = \"backend/ours.key\"");
            RawResponse answer = ask();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).contains("s_server");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsProgram("openssl")
    void anEndpointThatWantsACertificateAndGetsNoneIsHeard(String version) throws Exception {
        TestLeaf site = backend.leaf("127.0.0.1").write("good");
        int port = Ports.free();
        try (RunningProgram server =
                openssl(port, site, version, "-Verify", "1", "-verify_return_error", "-CAfile", root())) {
            start("127.0.0.1:" + port, CA);
            assertThat(refused("tls_alert_received")).contains("(chain, key)");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    @NeedsProgram("openssl")
    void anEndpointThatStoppedAtTls11IsRefused() throws Exception {
        TestLeaf site = backend.leaf("127.0.0.1").rsa(2048).write("old");
        int port = Ports.free();
        try (RunningProgram server = openssl(port, site, "-tls1_1", "-cipher", "ALL@SECLEVEL=0")) {
            start("127.0.0.1:" + port, CA);
            assertThat(refused("tls_alert_received")).contains("protocol_version");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    @NeedsProgram("openssl")
    void theLowestVersionCanBeRaised() throws Exception {
        TestLeaf site = backend.leaf("127.0.0.1").write("good");
        int port = Ports.free();
        try (RunningProgram server = openssl(port, site, "-tls1_2")) {
            start("127.0.0.1:" + port, CA + ", min = \"1.3\"");
            assertThat(refused("tls_alert_received")).contains("protocol_version");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    @NeedsProgram("openssl")
    void r12WhoDoesNotAgreeToHttp2ByAlpnIsNotSpokenToInIt() throws Exception {
        TestLeaf site = backend.leaf("127.0.0.1").write("good");
        int port = Ports.free();
        try (RunningProgram server = openssl(port, site, "-tls1_3")) {
            proxy.start(config("127.0.0.1:" + port, CA, "protocol = h2"));
            assertThat(refused("tls_protocol_error")).contains("does not speak h2 (ALPN)");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void http2OverTlsIsSpokenWhereItIsAgreed() throws Exception {
        backend.leaf("app.internal").write("h2");
        node.word("backend", proxy.dir().resolve("backend"))
                .start(
                        """
                        listeners { https { bind = "127.0.0.1:0", tls = site } }
                        tls.site { certificates = [ { chain = "{backend}/h2.pem", key = "{backend}/h2.key" } ], alpn = [h2] }
                        upstreams.app { endpoints = ["{origin}"] }
                        routes = [ { host = "app.internal", upstream = app } ]
                        forwarding.via = backend
                        access-log { format = json, to = "access.log" }
                        """);
        node.origin().answer(Script.echo());
        proxy.start(config("127.0.0.1:" + node.port("https"), CA + ", name = app.internal", "protocol = h2"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: app.internal\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.readResponse().body()).isEqualTo("abc");
        }
        Path log = node.dir().resolve("access.log");
        assertThat(Await.value(() -> lineOf(log, "protocol"), "a line in the backend's log"))
                .contains("\"tls\":\"TLSv1.3\"")
                .contains("\"protocol\":\"HTTP/2");
    }

    private String root() {
        return backend.rootFile().toString();
    }

    private static void answerAtOnce(ServerSocket door) {
        try (Socket accepted = door.accept()) {
            accepted.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            accepted.getInputStream().readAllBytes();
        } catch (IOException e) {
            // The proxy has left, as it should.
        }
    }

    private static Origin serving(TestLeaf leaf) {
        return Origin.startTls(leaf.server()).answer(Script.ok("over TLS"));
    }

    private static List<String> asked(SSLSession session) {
        return ((ExtendedSSLSession) session)
                .getRequestedServerNames().stream()
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .toList();
    }

    private RunningProgram openssl(int port, TestLeaf leaf, String... options) {
        List<String> command = new ArrayList<>(List.of("openssl", "s_server", "-quiet", "-www", "-accept"));
        command.add("127.0.0.1:" + port);
        command.addAll(List.of("-cert", leaf.chainFile().toString()));
        command.addAll(List.of("-key", leaf.keyFile().toString()));
        command.addAll(List.of(options));
        RunningProgram server = Programs.start(command.toArray(String[]::new));
        Await.until(() -> listens(port), "openssl s_server at " + port);
        return server;
    }

    private static boolean listens(int port) {
        try (Socket probe = new Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private void start(String endpoint, String tls) throws Exception {
        proxy.start(config(endpoint, tls, ""));
    }

    private static String config(String endpoint, String tls, String more) {
        return """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["ENDPOINT"], tls { TLS }
                MORE }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "access.log" }
                """
                .replace("ENDPOINT", endpoint)
                .replace("TLS", tls)
                .replace("MORE", more);
    }

    private RawResponse ask() throws IOException {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            return client.send(GET).readResponse();
        }
    }

    /** What the access log says of a request that got 502 with this RFC 9209 type. */
    private String refused(String type) throws IOException {
        RawResponse answer = ask();
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.head().value("Proxy-Status")).contains("error=" + type);
        assertThat(answer.body()).doesNotContain("certificate");
        Path log = proxy.dir().resolve("access.log");
        return Await.value(() -> lineOf(log, "detail"), "a line in the access log");
    }

    private static String lineOf(Path log, String field) {
        try {
            String text = Files.readString(log);
            return text.contains("\"" + field + "\"") ? text : null;
        } catch (IOException e) {
            return null;
        }
    }
}

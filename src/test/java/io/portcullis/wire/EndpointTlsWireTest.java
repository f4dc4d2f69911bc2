package io.portcullis.wire;

import static io.portcullis.wire.EndpointTlsStage.CA;
import static io.portcullis.wire.EndpointTlsStage.GET;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Relay;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections to endpoints that speak TLS: how they are made, kept, used and ended. */
class EndpointTlsWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final ProxyExtension node = new ProxyExtension();

    private EndpointTlsStage stage;

    @BeforeEach
    void makeAuthority() throws Exception {
        stage = new EndpointTlsStage(proxy);
    }

    @Test
    void u09PlainBytesBeforeTlsAreDiscarded() throws Exception {
        try (ServerSocket plain = new ServerSocket(0)) {
            Thread.ofVirtual().start(() -> answerAtOnce(plain));
            stage.start("127.0.0.1:" + plain.getLocalPort(), CA);
            assertThat(stage.refused("tls_protocol_error")).contains("not TLS");
        }
    }

    @Test
    void anEndpointThatIsSilentInTheHandshakeCostsConnectTimeout() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            proxy.start(EndpointTlsStage.config("127.0.0.1:" + silent.getLocalPort(), CA, "connect-timeout = 200 ms"));
            RawResponse answer = stage.ask();
            assertThat(answer.status()).isEqualTo(504);
            assertThat(answer.head().value("Proxy-Status")).contains("error=connection_timeout");
        }
    }

    @Test
    void r12AResponseUntilTheEndNeedsACloseNotify() throws Exception {
        try (Origin origin = EndpointTlsStage.serving(
                        stage.backend().leaf("127.0.0.1").write("good"));
                Relay relay = Relay.untouched(origin.port())) {
            stage.start("127.0.0.1:" + relay.port(), CA);
            origin.answer(turn -> turn.send("HTTP/1.1 200 OK\r\n\r\nwhole").close());
            assertThat(stage.ask().body()).isEqualTo("whole");
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
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("127.0.0.1").write("good"))) {
            stage.start(origin.address(), CA);
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
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("127.0.0.1").write("good"))) {
            stage.start(origin.address(), CA);
            origin.answer(turn -> {
                turn.request();
                turn.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
                        .close();
            });
            assertThat(stage.ask().status()).isEqualTo(200);
            assertThat(stage.ask().status()).isEqualTo(200);
            SSLSession first =
                    Objects.requireNonNull(origin.awaitConnections(2).get(0).session());
            SSLSession second =
                    Objects.requireNonNull(origin.connections().get(1).session());
            assertThat(second.getCreationTime()).isEqualTo(first.getCreationTime());
        }
    }

    @Test
    void r13AnUpstreamThatVerifiesUsesNothingOfOneThatDoesNot() throws Exception {
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("other.internal").write("wrong"))) {
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
        try (Origin origin =
                EndpointTlsStage.serving(stage.backend().leaf("127.0.0.1").write("good"))) {
            stage.start(origin.address(), CA);
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
    void http2OverTlsIsSpokenWhereItIsAgreed() throws Exception {
        stage.backend().leaf("app.internal").write("h2");
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
        proxy.start(EndpointTlsStage.config(
                "127.0.0.1:" + node.port("https"), CA + ", name = app.internal", "protocol = h2"));
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: app.internal\r\nContent-Length: 3\r\n\r\nabc");
            assertThat(client.readResponse().body()).isEqualTo("abc");
        }
        Path log = node.dir().resolve("access.log");
        assertThat(Await.value(() -> EndpointTlsStage.lineOf(log, "protocol"), "a line in the backend's log"))
                .contains("\"tls\":\"TLSv1.3\"")
                .contains("\"protocol\":\"HTTP/2");
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
}

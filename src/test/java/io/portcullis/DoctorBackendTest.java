package io.portcullis;

import static io.portcullis.DoctorStage.look;
import static io.portcullis.DoctorStage.only;
import static io.portcullis.DoctorStage.serious;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.portcullis.doctor.Ailment;
import io.portcullis.doctor.Finding;
import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor --config} finds behind the proxy. */
class DoctorBackendTest {
    @TempDir
    Path dir;

    private DoctorStage stage;

    @BeforeEach
    void stage() {
        stage = DoctorStage.in(dir);
    }

    @Test
    void aBackendThatIsNotThere() throws Exception {
        Finding finding = only(
                Ailment.BACKEND_UNREACHABLE,
                look(stage.write("app { endpoints = [\"127.0.0.1:" + Ports.free() + "\"] }")));
        assertThat(finding.where()).startsWith("upstream app");
        assertThat(only(Ailment.BACKEND_UNREACHABLE, look(stage.write("app { endpoints = [\"unix:" + dir + "/x\"] }")))
                        .proof())
                .contains("unix:");
    }

    @Test
    void aBackendThatSpeaksTls() throws Exception {
        TestLeaf leaf = TestCertificates.in(dir).leaf("127.0.0.1").write("backend");
        try (ServerSocket secure =
                leaf.server().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> greet(secure));
            Finding finding = only(
                    Ailment.BACKEND_PROTOCOL,
                    look(stage.write("app { endpoints = [\"127.0.0.1:" + secure.getLocalPort() + "\"] }")));
            assertThat(finding.remedy()).contains("write tls {}");
        }
    }

    private static void greet(ServerSocket server) {
        while (!server.isClosed()) {
            try (java.net.Socket client = server.accept()) {
                client.getInputStream().read();
            } catch (IOException e) {
                // A handshake that failed, or the end.
            }
        }
    }

    @Test
    void aBackendThatSpeaksPlainHttp() throws Exception {
        HttpServer plain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        plain.createContext("/", exchange -> exchange.sendResponseHeaders(204, -1));
        plain.start();
        try {
            String endpoint = "endpoints = [\"127.0.0.1:" + plain.getAddress().getPort() + "\"]";
            Finding finding = only(Ailment.BACKEND_PROTOCOL, look(stage.write("app { " + endpoint + ", tls {} }")));
            assertThat(finding.what()).contains("HTTP/1.1 without TLS");
            assertThat(finding.remedy()).contains("take tls away");
        } finally {
            plain.stop(0);
        }
    }

    @Test
    void aBackendThatSpeaksHttp2() throws Exception {
        try (Http2Origin origin = Http2Origin.start()) {
            Finding finding = only(
                    Ailment.BACKEND_PROTOCOL, look(stage.write("app { endpoints = [\"" + origin.address() + "\"] }")));
            assertThat(finding.remedy()).contains("protocol = h2c");
            assertThat(serious(look(stage.write("app { endpoints = [\"" + origin.address() + "\"], protocol = h2c }"))))
                    .doesNotContain(Ailment.BACKEND_PROTOCOL);
        }
    }

    @Test
    void aBackendWhoseCertificateIsNotBelieved() throws Exception {
        TestCertificates ca = TestCertificates.in(Files.createDirectory(dir.resolve("backend")));
        TestLeaf leaf = ca.leaf("app.internal").write("app");
        try (Origin origin = Origin.startTls(leaf.server())) {
            String app = "app { endpoints = [\"" + origin.address() + "\"], tls { %s } }";
            String known = "ca = \"" + ca.rootFile() + "\"";
            assertThat(only(Ailment.BACKEND_CERTIFICATE, look(stage.write(app.formatted(""))))
                            .proof())
                    .contains("its issuer \"CN=Portcullis Test Root\" is not known");
            assertThat(only(Ailment.BACKEND_CERTIFICATE, look(stage.write(app.formatted(known))))
                            .proof())
                    .contains("it showed CN=app.internal, for app.internal, and it is not for 127.0.0.1");
            assertThat(serious(look(stage.write(app.formatted(known + ", name = app.internal")))))
                    .doesNotContain(Ailment.BACKEND_CERTIFICATE);
            assertThat(serious(look(stage.write(app.formatted("verify = off")))))
                    .doesNotContain(Ailment.BACKEND_CERTIFICATE);
        }
    }
}

package io.portcullis;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.doctor.Ailment;
import io.portcullis.doctor.Diagnosis;
import io.portcullis.doctor.Doctor;
import io.portcullis.doctor.Finding;
import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import io.portcullis.tls.KnownRoots;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor --config} finds in a configuration, at its listeners and behind them. */
class DoctorCommandTest {
    @TempDir
    Path dir;

    private final int https = Ports.free();
    private final int http = Ports.free();
    private final int admin = Ports.free();

    @BeforeEach
    void certificate() {
        TestCertificates.in(dir).leaf("localhost", "*.example").write("site");
    }

    private Path write(String upstreams) throws IOException {
        return write(upstreams, "");
    }

    private Path write(String upstreams, String hsts) throws IOException {
        Path file = dir.resolve("portcullis.conf");
        Files.writeString(
                file,
                """
                listeners {
                  https { bind = "127.0.0.1:%d", tls = site }
                  http  { bind = "127.0.0.1:%d" }
                }
                tls.site { certificates = [ { chain = site.pem, key = site.key } ], policy = intermediate, %s }
                upstreams { %s }
                routes = [ { respond { status = 200, body = "ok" } } ]
                admin { bind = "127.0.0.1:%d" }
                access-log { format = off }
                reload.watch = off
                """
                        .formatted(https, http, hsts, upstreams, admin));
        return file;
    }

    private static Diagnosis look(Path file) {
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig config = Objects.requireNonNull(ConfigText.read(file, problems), problems::toString);
        Rounds rounds = new Rounds(new Doctor(Clock.systemUTC()), KnownRoots.ofRuntime(), Duration.ofSeconds(3));
        rounds.inside(config, problems);
        return rounds.diagnosis();
    }

    private static Finding only(Ailment ailment, Diagnosis diagnosis) {
        return diagnosis.findings().stream()
                .filter(each -> each.ailment() == ailment)
                .findFirst()
                .orElseThrow(() -> new AssertionError(ailment.id() + " expected, found " + diagnosis));
    }

    private static List<Ailment> serious(Diagnosis diagnosis) {
        return diagnosis.findings().stream()
                .map(Finding::ailment)
                .filter(each -> each != Ailment.HSTS_MISSING)
                .toList();
    }

    @Test
    void aGoodConfigurationThatRunsHasNothingWrong() throws Exception {
        try (Origin origin = Origin.start()) {
            origin.answer(Script.ok("ok"));
            Path file = write("app { endpoints = [\"" + origin.address() + "\"] }");
            Portcullis running = Portcullis.start(file);
            try {
                Diagnosis diagnosis = look(file);
                assertThat(serious(diagnosis)).isEmpty();
                assertThat(diagnosis.looked())
                        .anySatisfy(each -> assertThat(each).contains("localhost:" + https));
                assertThat(diagnosis.looked())
                        .anySatisfy(each -> assertThat(each).contains("upstream app"));
                assertThat(Main.run("doctor", "--config", file.toString())).isZero();
            } finally {
                running.close();
            }
        }
    }

    @Test
    void aNameWithoutACertificateAndACertificateThatWasNotReloaded() throws Exception {
        Path file = write("");
        Portcullis running = Portcullis.start(file);
        try {
            assertThat(only(Ailment.SERVER_NAME_REFUSED, outside("other.test:" + https))
                            .remedy())
                    .contains("other.test");
            TestCertificates.in(dir).leaf("localhost", "*.example").write("site");
            assertThat(only(Ailment.CERTIFICATE_DIFFERS, look(file)).remedy()).contains("has not reloaded");
        } finally {
            running.close();
        }
    }

    private static Diagnosis outside(String place) {
        Rounds rounds = new Rounds(new Doctor(Clock.systemUTC()), KnownRoots.ofRuntime(), Duration.ofSeconds(3));
        rounds.outside(place, "127.0.0.1", null);
        return rounds.diagnosis();
    }

    @Test
    void nobodyRuns() throws Exception {
        Path file = write("");
        assertThat(serious(look(file))).containsOnly(Ailment.PORT_CLOSED);
        assertThat(Main.run("doctor", "--config", file.toString())).isEqualTo(DoctorCommand.ERRORS);
    }

    @Test
    @NeedsProgram("openssl")
    void anotherProcessHasThePort() throws Exception {
        Path file = write("");
        try (io.portcullis.testkit.RunningProgram other = io.portcullis.testkit.Programs.start(
                "openssl",
                "s_server", "-www",
                "-accept",
                "127.0.0.1:" + https,
                "-cert",
                dir.resolve("site.pem").toString(),
                "-key",
                dir.resolve("site.key").toString())) {
            io.portcullis.testkit.Await.until(
                    () -> listens(https), () -> "openssl to listen", io.portcullis.testkit.Await.LIMIT);
            Finding finding = only(Ailment.PORT_TAKEN, look(file));
            assertThat(finding.what()).contains("openssl (process " + other.pid() + ")");
        }
    }

    private static boolean listens(int port) {
        try (java.net.Socket probe = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aKeyOfAnotherCertificate() throws Exception {
        TestLeaf other = TestCertificates.in(Files.createDirectory(dir.resolve("other")))
                .leaf("localhost")
                .write("other");
        Files.copy(other.keyFile(), dir.resolve("site.key"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Diagnosis diagnosis = look(write(""));
        assertThat(only(Ailment.KEY_MISMATCH, diagnosis).proof()).contains("site.key is not the key of");
        assertThat(serious(diagnosis)).doesNotContain(Ailment.CONFIGURATION);
    }

    @Test
    void whatCheckSaysIsRepeatedWhereItHurts() throws Exception {
        TestCertificates.in(dir).leaf("localhost").expired().write("site");
        assertThat(only(Ailment.CONFIGURATION, look(write(""))).what()).contains("expired 1 day ago");
    }

    @Test
    void hstsBesideAPlainPort() throws Exception {
        Finding finding = only(Ailment.HSTS_PORTS, look(write("", "hsts { max-age = 365d }")));
        assertThat(finding.what()).startsWith("listener http serves pages by plain HTTP");
    }

    @Test
    void aBackendThatIsNotThere() throws Exception {
        Finding finding = only(
                Ailment.BACKEND_UNREACHABLE, look(write("app { endpoints = [\"127.0.0.1:" + Ports.free() + "\"] }")));
        assertThat(finding.where()).startsWith("upstream app");
        assertThat(only(Ailment.BACKEND_UNREACHABLE, look(write("app { endpoints = [\"unix:" + dir + "/x\"] }")))
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
                    look(write("app { endpoints = [\"127.0.0.1:" + secure.getLocalPort() + "\"] }")));
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
            Finding finding = only(Ailment.BACKEND_PROTOCOL, look(write("app { " + endpoint + ", tls {} }")));
            assertThat(finding.what()).contains("HTTP/1.1 without TLS");
            assertThat(finding.remedy()).contains("take tls away");
        } finally {
            plain.stop(0);
        }
    }

    @Test
    void aBackendThatSpeaksHttp2() throws Exception {
        try (Http2Origin origin = Http2Origin.start()) {
            Finding finding =
                    only(Ailment.BACKEND_PROTOCOL, look(write("app { endpoints = [\"" + origin.address() + "\"] }")));
            assertThat(finding.remedy()).contains("protocol = h2c");
            assertThat(serious(look(write("app { endpoints = [\"" + origin.address() + "\"], protocol = h2c }"))))
                    .doesNotContain(Ailment.BACKEND_PROTOCOL);
        }
    }

    @Test
    void whatCannotBeAskedForIsRefused() {
        assertThat(Main.run("doctor", "https://x.example/")).isEqualTo(Main.WRONG);
        assertThat(Main.run("doctor", "x.example:99999")).isEqualTo(Main.WRONG);
        assertThat(Main.run("doctor", "--timeout", "0", "x.example")).isEqualTo(Main.WRONG);
        assertThat(Main.run("doctor", "--config", dir.resolve("none.conf").toString()))
                .isEqualTo(Main.WRONG);
    }

    @Test
    void jsonSaysTheSame() {
        String json = DoctorText.json("x", outside("127.0.0.1:" + https));
        assertThat(json)
                .startsWith("{\"subject\":\"x\",\"errors\":1,")
                .contains("\"id\":\"port-closed\"")
                .endsWith("]}\n");
        assertThat(DoctorText.text("x", outside("127.0.0.1:" + https)))
                .startsWith("x: 1 error\n\nerror    port-closed");
    }

    @Test
    void memoryIsToldByTheRunningProcess() throws Exception {
        Path file = write("");
        assertThat(Main.run("doctor", "memory", "--config", file.toString())).isEqualTo(Main.INTERNAL);
        Portcullis running = Portcullis.start(file);
        try {
            assertThat(Main.run("doctor", "memory", "--config", file.toString()))
                    .isZero();
        } finally {
            running.close();
        }
        MemoryReading full = MemoryReading.of("portcullis_direct_memory_used_bytes 9.0E8\n"
                + "portcullis_direct_memory_limit_bytes 1.0E9\nportcullis_listener_connections{listener=\"a\"} 5.0\n"
                + "portcullis_requests_in_flight{route=\"slow\"} 3.0\n");
        assertThat(full.suspects()).hasSize(2).anySatisfy(each -> assertThat(each)
                .contains("90 % full"));
        assertThat(full.text()).contains("slow (3)");
        MemoryReading idle = MemoryReading.of(
                "portcullis_direct_memory_used_bytes 5.0E8\nportcullis_direct_memory_limit_bytes 1.0E9\n"
                        + "portcullis_listener_connections{listener=\"admin\"} 1.0\n");
        assertThat(idle.suspects()).singleElement().asString().contains("nobody is served");
    }
}

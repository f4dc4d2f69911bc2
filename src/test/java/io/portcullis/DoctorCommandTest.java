package io.portcullis;

import static io.portcullis.DoctorStage.look;
import static io.portcullis.DoctorStage.only;
import static io.portcullis.DoctorStage.outside;
import static io.portcullis.DoctorStage.serious;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.doctor.Ailment;
import io.portcullis.doctor.Diagnosis;
import io.portcullis.doctor.Finding;
import io.portcullis.doctor.Severity;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor --config} finds in a configuration, at its listeners and behind them. */
class DoctorCommandTest {
    @TempDir
    Path dir;

    private DoctorStage stage;

    @BeforeEach
    void stage() {
        stage = DoctorStage.in(dir);
    }

    @Test
    void aGoodConfigurationThatRunsHasNothingWrong() throws Exception {
        try (Origin origin = Origin.start()) {
            origin.answer(Script.ok("ok"));
            Path file = stage.write("app { endpoints = [\"" + origin.address() + "\"] }");
            Portcullis running = Portcullis.start(file);
            try {
                Diagnosis diagnosis = look(file);
                assertThat(serious(diagnosis)).isEmpty();
                assertThat(diagnosis.looked())
                        .anySatisfy(each -> assertThat(each).contains("localhost:" + stage.https()));
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
        Path file = stage.write("");
        Portcullis running = Portcullis.start(file);
        try {
            assertThat(only(Ailment.SERVER_NAME_REFUSED, outside("other.test:" + stage.https()))
                            .remedy())
                    .contains("other.test");
            TestCertificates.in(dir).leaf("localhost", "*.example").write("site");
            Finding stale = only(Ailment.CERTIFICATE_STALE, look(file));
            assertThat(stale.remedy()).contains("reload");
            assertThat(serious(look(file))).doesNotContain(Ailment.CERTIFICATE_DIFFERS);
        } finally {
            running.close();
        }
    }

    @Test
    void somebodyInBetweenOpensTls() throws Exception {
        TestLeaf theirs = TestCertificates.in(Files.createDirectory(dir.resolve("between")))
                .leaf("localhost")
                .write("theirs");
        Path file = stage.write("");
        Portcullis running = Portcullis.start(file);
        try (Origin between = Origin.startTls(theirs.server())) {
            Finding finding =
                    only(Ailment.CERTIFICATE_DIFFERS, DoctorStage.outside("localhost:" + between.port(), file));
            assertThat(finding.proof()).contains("the process on this machine says that it serves no such certificate");
            assertThat(serious(DoctorStage.outside("localhost:" + stage.https(), file)))
                    .doesNotContain(Ailment.CERTIFICATE_DIFFERS);
        } finally {
            running.close();
        }
    }

    @Test
    void hybridKeyExchangeAloneShutsOthersOut() throws Exception {
        Path file = stage.write("", "policy { custom { groups = [X25519MLKEM768] } }");
        Portcullis running = Portcullis.start(file);
        try {
            Finding finding = only(Ailment.TLS_GROUPS, look(file));
            assertThat(finding.severity()).isEqualTo(Severity.WARNING);
            assertThat(finding.what()).startsWith("only hybrid key exchange is taken");
        } finally {
            running.close();
        }
    }

    @Test
    void aServerOfHttp2AloneIsToldWhyNoPageWasLookedAt() throws Exception {
        Path file = stage.write("", "alpn = [h2]");
        Portcullis running = Portcullis.start(file);
        try {
            Diagnosis diagnosis = look(file);
            assertThat(serious(diagnosis)).isEmpty();
            assertThat(diagnosis.looked()).anySatisfy(each -> assertThat(each)
                    .contains("ALPN h2; it speaks only HTTP/2 and doctor asks by HTTP/1.1", "HSTS"));
        } finally {
            running.close();
        }
    }

    @Test
    void everyAddressMeansIPv6Too() throws Exception {
        Path file = stage.write("");
        Files.writeString(file, Files.readString(file).replace("127.0.0.1:" + stage.https(), "*:" + stage.https()));
        Portcullis running = Portcullis.start(file);
        try {
            assertThat(look(file).looked())
                    .anySatisfy(each -> assertThat(each).contains(stage.https() + " at 127.0.0.1"))
                    .anySatisfy(each -> assertThat(each).contains(stage.https() + " at 0:0:0:0:0:0:0:1"));
        } finally {
            running.close();
        }
    }

    @Test
    void nobodyRuns() throws Exception {
        Path file = stage.write("");
        assertThat(serious(look(file))).containsOnly(Ailment.PORT_CLOSED);
        assertThat(Main.run("doctor", "--config", file.toString())).isEqualTo(DoctorCommand.ERRORS);
    }

    @Test
    @NeedsProgram("openssl")
    void anotherProcessHasThePort() throws Exception {
        Path file = stage.write("");
        try (io.portcullis.testkit.RunningProgram other = io.portcullis.testkit.Programs.start(
                "openssl",
                "s_server",
                "-www",
                "-accept",
                "127.0.0.1:" + stage.https(),
                "-cert",
                dir.resolve("site.pem").toString(),
                "-key",
                dir.resolve("site.key").toString())) {
            io.portcullis.testkit.Await.until(
                    () -> listens(stage.https()), () -> "openssl to listen", io.portcullis.testkit.Await.LIMIT);
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
        Diagnosis diagnosis = look(stage.write(""));
        assertThat(only(Ailment.KEY_MISMATCH, diagnosis).proof()).contains("site.key is not the key of");
        assertThat(serious(diagnosis)).doesNotContain(Ailment.CONFIGURATION);
    }

    @Test
    void whatCheckSaysIsRepeatedWhereItHurts() throws Exception {
        TestCertificates.in(dir).leaf("localhost").expired().write("site");
        assertThat(only(Ailment.CONFIGURATION, look(stage.write(""))).what()).contains("expired 1 day ago");
    }

    @Test
    void hstsBesideAPlainPort() throws Exception {
        Finding finding = only(Ailment.HSTS_PORTS, look(stage.write("", "hsts { max-age = 365d }")));
        assertThat(finding.what()).startsWith("listener http serves pages by plain HTTP");
    }

    @Test
    void whatCannotBeAskedForIsRefused() {
        assertThat(Main.run("doctor", "--timeout", "1", "nosuch.invalid")).isEqualTo(DoctorCommand.ERRORS);
        assertThat(Main.run("doctor", "https://x.example/")).isEqualTo(Main.WRONG);
        assertThat(Main.run("doctor", "x.example:99999")).isEqualTo(Main.WRONG);
        assertThat(Main.run("doctor", "--timeout", "0", "x.example")).isEqualTo(Main.WRONG);
        assertThat(Main.run("doctor", "--config", dir.resolve("none.conf").toString()))
                .isEqualTo(Main.WRONG);
    }

    @Test
    void jsonSaysTheSame() {
        String json = DoctorText.json("x", outside("127.0.0.1:" + stage.https()));
        assertThat(json)
                .startsWith("{\"subject\":\"x\",\"errors\":1,")
                .contains("\"id\":\"port-closed\"")
                .endsWith("]}\n");
        assertThat(DoctorText.text("x", outside("127.0.0.1:" + stage.https())))
                .startsWith("x: 1 error\n\nerror    port-closed");
    }

    @Test
    void memoryIsToldByTheRunningProcess() throws Exception {
        Path file = stage.write("");
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

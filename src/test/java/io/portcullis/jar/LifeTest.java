package io.portcullis.jar;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.Scrape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process from its start to its end, and the signals between. */
class LifeTest {
    private static final Duration END = Duration.ofSeconds(20);

    private final int http = Ports.free();
    private final int https = Ports.free();
    private final int demo = Ports.free();
    private final int admin = Ports.free();

    @TempDir
    private @Nullable Path dir;

    private Path dir() {
        return java.util.Objects.requireNonNull(dir);
    }

    @Test
    @NeedsProgram("curl")
    void theFirstCommandsConfigurationDoesWhatItsPageSays() throws Exception {
        Path conf = Files.createDirectories(dir().resolve("conf")).resolve("quickstart.conf");
        Files.writeString(
                conf,
                Files.readString(Path.of("conf", "quickstart.conf"))
                                .replace("8443", "" + https)
                                .replace("8080", "" + http)
                                .replace("8081", "" + demo)
                        + "\nadmin { bind = \"127.0.0.1:" + admin + "\" }\n");
        Path certificates = dir().resolve("certs-dev");
        try (RunningProgram running =
                Jar.start("run", "--config", conf.toString(), "--dev-certificates", certificates.toString())) {
            Jar.awaitReady(running, admin);
            String seen =
                    curl("--cacert", certificates.resolve("ca.pem").toString(), "https://localhost:" + https + "/");
            assertThat(seen)
                    .startsWith("HTTP/2 200")
                    .contains("\r\nstrict-transport-security: max-age=3600\r\n")
                    .containsIgnoringCase("\nX-Forwarded-For: ")
                    .containsIgnoringCase("\nX-Forwarded-Proto: https")
                    .containsIgnoringCase("\nX-Forwarded-Host: localhost:" + https)
                    .containsIgnoringCase("\nForwarded: for=")
                    .containsIgnoringCase("\nVia: 2 portcullis");
            assertThat(curl("http://localhost:" + http + "/a?b=c"))
                    .startsWith("HTTP/1.1 308 ")
                    .contains("\r\nLocation: https://localhost:" + https + "/a?b=c\r\n")
                    .doesNotContainIgnoringCase("strict-transport-security");
            running.terminate();
            RunningProgram.Ended ended = running.end(END);
            assertThat(ended.exit()).isZero();
            assertThat(ended.stderr())
                    .contains("is ready after ")
                    .contains("https://localhost:" + https + "/")
                    .contains("localhost")
                    .contains("portcullis: ended");
            assertQuiet(ended);
            assertThat(ended.stdout().lines()).as("access log").hasSize(2);
        }
        assertThat(Files.getPosixFilePermissions(certificates.resolve("dev.key")))
                .isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    }

    private static String curl(String... arguments) {
        String[] command = new String[arguments.length + 4];
        System.arraycopy(new String[] {"curl", "--silent", "--show-error", "--include"}, 0, command, 0, 4);
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        return Programs.run(command).ok().stdout();
    }

    @Test
    @NeedsProgram("sh")
    void aHangUpReloadsAndReopensTheAccessLog() throws Exception {
        Path log = dir().resolve("access.log");
        Path conf = write("one");
        try (RunningProgram running = Jar.start("run", "--config", conf.toString())) {
            Jar.awaitReady(running, admin);
            assertThat(get()).isEqualTo("one");
            Await.until(() -> lines(log) == 1, "a line");
            Files.move(log, log.resolveSibling("rotated.log"));
            write("two");
            Programs.run("sh", "-c", "kill -HUP " + running.pid()).ok();
            Await.until(() -> reloads("ok") == 1, "a reload");
            assertThat(get()).isEqualTo("two");
            Await.until(() -> lines(log) == 1, "a line in the new file");
            assertThat(lines(log.resolveSibling("rotated.log"))).isEqualTo(1);
            Files.writeString(conf, "listeners {");
            Programs.run("sh", "-c", "kill -HUP " + running.pid()).ok();
            Await.until(() -> reloads("refused") == 1, "a refused reload");
            assertThat(get()).isEqualTo("two");
            running.terminate();
            RunningProgram.Ended ended = running.end(END);
            assertThat(ended.exit()).isZero();
            assertThat(ended.stderr()).contains("refused, what ran before runs on");
            assertQuiet(ended);
        }
    }

    @Test
    void aTerminationLetsWhatRunsFinishAndEndsWith0() throws Exception {
        try (Origin origin = Origin.start();
                RunningProgram running = Jar.start("run", "--config", writeForwarding(origin))) {
            Jar.awaitReady(running, admin);
            origin.hold();
            try (RawClient busy = RawClient.plain(http);
                    RawClient idle = RawClient.plain(http)) {
                busy.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                origin.awaitRequest();
                running.terminate();
                Await.until(this::isNotReady, "not ready");
                idle.awaitClose();
                origin.release();
                RawResponse answer = busy.readResponse();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.value("Connection")).isEqualTo("close");
            }
            RunningProgram.Ended ended = running.end(END);
            assertThat(ended.exit()).isZero();
            assertQuiet(ended);
        }
    }

    private String writeForwarding(Origin origin) throws IOException {
        Path conf = write("one");
        String text = Files.readString(conf).replace("respond { body = \"one\" }", "upstream = app");
        return Files.writeString(conf, text + "upstreams.app.endpoints = [\"" + origin.address() + "\"]\n")
                .toString();
    }

    private boolean isNotReady() {
        try (RawClient client = RawClient.plain(admin)) {
            return client.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .readResponse()
                            .status()
                    == 503;
        } catch (IOException e) {
            throw new AssertionError("no answer of /readyz", e);
        }
    }

    private Path write(String body) throws IOException {
        Path draft = Files.writeString(
                dir().resolve("draft"),
                "listeners { http { bind = \"127.0.0.1:" + http + "\" } }\nadmin.bind = \"127.0.0.1:" + admin
                        + "\"\nroutes = [ { respond { body = \"" + body + "\" } } ]\n"
                        + "access-log { format = combined, to = \"access.log\" }\nreload.watch = off\n");
        return Files.move(draft, dir().resolve("life.conf"), StandardCopyOption.REPLACE_EXISTING);
    }

    private String get() throws IOException {
        try (RawClient client = RawClient.plain(http)) {
            return client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                    .readResponse()
                    .body();
        }
    }

    private double reloads(String result) {
        try {
            return Scrape.of(admin).sum("portcullis_reloads_total", "result=\"" + result + "\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }

    private static long lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new AssertionError("unreadable: " + file, e);
        }
    }

    /** Nothing of the JDK's own, and no stack trace. */
    private static void assertQuiet(RunningProgram.Ended ended) {
        assertThat(ended.stderr()).doesNotContain("WARNING:").doesNotContain("\tat ");
    }
}

package io.portcullis.jar;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.RunningProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options that ship, and the cache that a training run makes. */
class TrainTest {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path dir;

    @Test
    void whatATrainingRunWroteIsGoodForAStartWithTheOptionsThatShip() {
        Path cache = dir.resolve("portcullis.aot");
        RunningProgram.Ended trained = java("-XX:AOTCacheOutput=" + cache, "train", "--requests", "500")
                .ok();
        assertThat(trained.stderr()).containsPattern("trained by \\d{3,} requests");
        assertThat(cache).isNotEmptyFile();
        // With AOTMode=on the JVM ends where it cannot use the cache.
        java("-XX:AOTCache=" + cache + " -XX:AOTMode=on", "version").ok();
        assertThat(java("-XX:AOTCache=" + dir.resolve("none") + " -XX:AOTMode=on", "version")
                        .exit())
                .isNotZero();
    }

    /** Ctrl-C is SIGINT; the JVM ends by SIGTERM in the same way. */
    @Test
    void whoBreaksItOffLeavesNoKeysBehind() throws Exception {
        Path temp = Files.createDirectory(dir.resolve("tmp"));
        try (RunningProgram running = Programs.start(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temp,
                "-jar",
                Jar.file().toString(),
                "train",
                "--requests",
                "1000000")) {
            Await.until(() -> has(temp, "access.log"), () -> "no training in " + temp, Jar.START);
            assertThat(has(temp, "dev.key")).isTrue();
            running.terminate();
            running.end(Jar.START);
        }
        assertThat(has(temp, "dev.key")).isFalse();
        assertThat(has(temp, "ca.key")).isFalse();
    }

    private static boolean has(Path folder, String name) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.anyMatch(each -> each.endsWith(name));
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void aNumberThatIsNoneIsRefused() {
        RunningProgram.Ended ended = Jar.run("train", "--requests", "0");
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.stderr()).contains("--requests 0 (expected: 1 to 1000000)");
    }

    private static RunningProgram.Ended java(String options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@conf/jvm.options");
        command.add("-Xlog:aot=error");
        command.addAll(List.of(options.split(" ", -1)));
        command.addAll(List.of("-jar", Jar.file().toString()));
        command.addAll(List.of(arguments));
        return Programs.start(command.toArray(String[]::new)).end(LIMIT);
    }
}

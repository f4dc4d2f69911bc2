package io.portcullis.jar;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Programs;
import io.portcullis.testkit.RunningProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

package io.portcullis.jar;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import io.portcullis.testkit.RunningProgram;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands and their exit status. */
class CommandLineTest {
    private static final String GOOD =
            """
            listeners { http { bind = "127.0.0.1:0" } }
            routes = [ { respond { body = "here" } } ]
            admin.bind = off
            """;

    @TempDir
    private @Nullable Path dir;

    private String write(String text) throws IOException {
        return Files.writeString(java.util.Objects.requireNonNull(dir).resolve("x.conf"), text)
                .toString();
    }

    @Test
    void versionNamesUsJavaAndNetty() {
        RunningProgram.Ended ended = Jar.run("version").ok();
        assertThat(ended.stdout())
                .containsPattern("^Portcullis \\d+\\.\\d+")
                .contains("Java 25")
                .contains("Netty 4.2");
        assertThat(ended.stderr()).isEmpty();
    }

    @Test
    void checkOfAGoodConfigurationIs0AndPrintsTheRoutes() throws Exception {
        RunningProgram.Ended ended = Jar.run("check", "--config", write(GOOD)).ok();
        assertThat(ended.stdout()).contains("0 errors, 0 warnings").contains("answers 200");
        assertThat(ended.stderr()).isEmpty();
    }

    @Test
    void checkOfABadOneIs2AndNamesEveryMistake() throws Exception {
        RunningProgram.Ended ended = Jar.run(
                "check",
                "--config",
                write("listeners { http { bnd = 1 } }\nroutes = [ { upstream = nobody } ]\nx = 1\n"));
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.stdout())
                .contains("x.conf:1")
                .contains("did you mean")
                .contains("x.conf:2")
                .contains("nobody")
                .contains("x.conf:3");
    }

    @Test
    void checkAsJsonIsOneObjectEitherWay() throws Exception {
        assertThat(json(Jar.run("check", "--json", "--config", write(GOOD)).ok().stdout()))
                .isNotNull();
        RunningProgram.Ended bad = Jar.run("check", "--json", "--config", write("\"quo\\\"te\" = 1\n"));
        assertThat(bad.exit()).isEqualTo(2);
        assertThat(json(bad.stdout()).getList("problems")).isNotEmpty();
    }

    @Test
    void aLockTellsWhatAnUpgradeChanged() throws Exception {
        String file = write(GOOD);
        Path lock = Path.of(file).resolveSibling("defaults.lock");
        assertThat(Jar.run("config", "lock", "--config", file).ok().stdout())
                .containsPattern("defaults.lock: \\d{3} defaults of 0\\.");
        assertThat(Jar.run("check", "--config", file).ok().stdout()).contains("0 warnings");
        Files.writeString(
                lock,
                Files.readString(lock)
                        .replace("keep-alive = \"75 s\"", "keep-alive = \"60 s\"")
                        .replaceFirst("Portcullis [0-9.]+", "Portcullis 0.0.9"));
        assertThat(Jar.run("check", "--config", file).ok().stdout())
                .contains("timeouts.keep-alive: nothing sets it, and its default is \"75 s\"")
                .contains("where it was \"60 s\" in 0.0.9", "1 warning");
        assertThat(Jar.run("config", "lock", "--config", file).ok().stdout())
                .contains("- timeouts.keep-alive = \"60 s\"\n+ timeouts.keep-alive = \"75 s\"\n");
    }

    private static Config json(String text) {
        return ConfigFactory.parseString(text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
    }

    @Test
    void runWithoutAConfigurationIs2() throws Exception {
        RunningProgram.Ended ended = Jar.run(
                "run",
                "--config",
                Path.of(write(GOOD)).resolveSibling("none.conf").toString());
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.stderr())
                .contains("did not start")
                .contains("none.conf")
                .doesNotContain("\tat ");
    }

    @Test
    void aWrongCommandLineIs2AndSaysWhatWouldBeRight() {
        String[][] wrong = {{"rum"}, {"run", "--colour"}, {}};
        String[] said = {"Did you mean: portcullis run?", "Unknown option: '--colour'", "Usage: portcullis"};
        for (int i = 0; i < wrong.length; i++) {
            RunningProgram.Ended ended = Jar.run(wrong[i]);
            assertThat(ended.exit()).isEqualTo(2);
            assertThat(ended.stderr()).contains(said[i]);
            assertThat(ended.stdout()).isEmpty();
        }
    }

    @Test
    void runOnAPortInUseIs3AndNamesTheOwner() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RunningProgram.Ended ended =
                    Jar.run("run", "--config", write(GOOD.replace("127.0.0.1:0", "127.0.0.1:" + taken.getLocalPort())));
            assertThat(ended.exit()).isEqualTo(3);
            assertThat(ended.stderr())
                    .contains("127.0.0.1:" + taken.getLocalPort() + ": already in use by ")
                    .contains("(process " + ProcessHandle.current().pid() + ")")
                    .doesNotContain("\tat ");
        }
    }

    /** Like a program from outside: where there is no older Java one line says so, and with {@code CI=true} that fails. */
    @Test
    void onAnOlderJavaItSaysOneSentenceAndEndsWith1() throws Exception {
        Path old = olderJava();
        if (old == null) {
            String line = "CommandLineTest.onAnOlderJavaItSaysOneSentenceAndEndsWith1 needs a Java older than 25"
                    + " in /usr/lib/jvm, none found";
            assertThat(System.getenv("CI")).as(line).isNotEqualTo("true");
            System.out.println("NOT RUN: " + line);
            return;
        }
        RunningProgram.Ended ended = Jar.startOn(old, "version").end(Jar.START);
        assertThat(ended.exit()).isEqualTo(1);
        assertThat(ended.stdout()).isEmpty();
        assertThat(ended.stderr().strip().lines()).hasSize(1);
        assertThat(ended.stderr()).startsWith("Portcullis needs Java 25 or later, and this is Java ");
    }

    private static @Nullable Path olderJava() throws IOException {
        Path all = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(all)) {
            return null;
        }
        try (DirectoryStream<Path> homes = Files.newDirectoryStream(all)) {
            for (Path home : homes) {
                Path release = home.resolve("release");
                Path java = home.resolve("bin").resolve("java");
                if (Files.isExecutable(java) && Files.isReadable(release) && feature(Files.readString(release)) < 25) {
                    return java;
                }
            }
        }
        return null;
    }

    /** 8 for {@code JAVA_VERSION="1.8.0_442"}, 17 for {@code "17.0.15"}. */
    private static int feature(String release) {
        String version = release.replaceFirst("(?s).*JAVA_VERSION=\"(1\\.)?(\\d+).*", "$2");
        return Integer.parseInt(version);
    }
}

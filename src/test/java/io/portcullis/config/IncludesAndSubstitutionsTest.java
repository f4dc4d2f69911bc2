package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes from outside the main file: includes and the environment. */
class IncludesAndSubstitutionsTest {
    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp);
    }

    @Test
    void environmentGivesAValue() {
        PortcullisConfig config =
                folder.environment("DRAIN", "7 s").config(ConfigFolder.GOOD + "drain.timeout = ${DRAIN}\n");
        assertThat(config.process().drainTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void environmentThatIsMissingKeepsTheOtherValue() {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "drain.timeout = 9 s\ndrain.timeout = ${?DRAIN}\n");
        assertThat(config.process().drainTimeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void wrongValueFromTheEnvironmentHasTheLineOfItsSubstitution() {
        folder.environment("DRAIN", "7");
        assertThat(folder.problemsOf("drain.timeout = ${DRAIN}\n"))
                .singleElement()
                .asString()
                .startsWith(
                        "x.conf:4: drain.timeout: expected a duration from 1 ms to 1 h, found \"7\" without a unit");
    }

    @Test
    void everySubstitutionWithoutAValueIsNamed() {
        assertThat(folder.problemsOf("drain.timeout = ${DRAIN}\nlog.level = ${LEVEL}\n"))
                .containsExactly(
                        "x.conf:4: drain.timeout: ${DRAIN} has no value; set the environment variable DRAIN, or write"
                                + " ${?DRAIN} where it may be missing",
                        "x.conf:5: log.level: ${LEVEL} has no value; set the environment variable LEVEL, or write"
                                + " ${?LEVEL} where it may be missing");
    }

    @Test
    void blockThatWaitsForASubstitutionIsNamed() {
        assertThat(folder.problemsOf("drain = ${DRAIN} { timeout = 1 s }"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: drain: ${DRAIN} has no value");
    }

    @Test
    void substitutionFromTheSameFile() {
        PortcullisConfig config = folder.config(
                ConfigFolder.GOOD + "timeouts.keep-alive = 7 s\ntimeouts.request-head = ${timeouts.keep-alive}\n");
        assertThat(config.timeouts().requestHead()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void includedFileHasItsOwnLines() {
        folder.file("sub/more.conf", "\n\ndrain { tmeout = 1 s }\n");
        assertThat(folder.problemsOf("include \"sub/more.conf\""))
                .containsExactly("sub/more.conf:3: drain.tmeout: unknown key; did you mean \"timeout\"?");
    }

    @Test
    void includeMayLeaveOutTheExtension() {
        folder.file("more.conf", "drain.timeout = 3 s");
        assertThat(folder.config(ConfigFolder.GOOD + "include \"more\"")
                        .process()
                        .drainTimeout())
                .isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void includeGoesOnFromTheFolderOfTheIncludedFile() {
        folder.file("sub/a.conf", "include \"b.conf\"").file("sub/b.conf", "drain.timeout = 3 s");
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "include file(\"sub/a.conf\")");
        assertThat(config.files())
                .containsExactly(folder.path("x.conf"), folder.path("sub/a.conf"), folder.path("sub/b.conf"));
    }

    @Test
    void missingIncludeIsAProblemOnItsLine() {
        assertThat(folder.problemsOf("\ninclude \"none.conf\"\n"))
                .singleElement()
                .asString()
                .startsWith("x.conf:5: include \"none.conf\": no such file: none.conf; the path counts from");
    }

    @Test
    void missingRequiredIncludeIsTheSame() {
        assertThat(folder.problemsOf("include required(file(\"none.conf\"))\n"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: include \"none.conf\": no such file: none.conf");
    }

    @Test
    void includeOfAUrlIsRefused() {
        assertThat(folder.problemsOf("include url(\"http://127.0.0.1:1/x.conf\")\n"))
                .singleElement()
                .asString()
                .startsWith("x.conf:4: include \"http://127.0.0.1:1/x.conf\": only files can be included");
    }

    @Test
    void includeInACircleIsAProblem() {
        folder.file("a.conf", "\ninclude \"x.conf\"");
        assertThat(folder.problemsOf("include \"a.conf\""))
                .singleElement()
                .asString()
                .startsWith("a.conf:2: include \"x.conf\": this file includes itself");
    }

    @Test
    void relativePathCountsFromTheFileItIsWrittenIn() {
        folder.certificate("sub/example")
                .file("sub/tls.conf", "tls.public.certificates = [ { chain = example.pem, key = example.key } ]");
        PortcullisConfig config = folder.config(
                """
                include "sub/tls.conf"
                listeners.https { bind = "*:443", tls = public }
                routes = [ { respond {} } ]
                """);
        assertThat(Objects.requireNonNull(config.tls().get("public")).certificates())
                .extracting(TlsConfig.Certificate::chain)
                .isEqualTo(List.of(folder.path("sub/example.pem")));
    }
}

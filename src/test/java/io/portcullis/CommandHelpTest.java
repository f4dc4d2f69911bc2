package io.portcullis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class CommandHelpTest {
    static Stream<String> commands() {
        return new CommandLine(new Main()).getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandTellsHowItIsUsed(String command) {
        StringWriter told = new StringWriter();
        int exit = new CommandLine(new Main()).setOut(new PrintWriter(told)).execute(command, "--help");

        assertThat(exit).isZero();
        assertThat(told.toString()).startsWith("Usage: portcullis " + command + " ");
    }

    /** A start reads the annotations of this command alone. */
    @Test
    void runTellsTheSameWhetherItIsReadAloneOrAmongAll() {
        StringWriter among = new StringWriter();
        new CommandLine(new Main()).setOut(new PrintWriter(among)).execute("run", "--help");

        assertThat(Main.commandLine("run").getUsageMessage()).isEqualTo(among.toString());
    }

    @Test
    void theUsualStartIsReadWithoutPicocliAndSaysTheSame() {
        Path elsewhere = Path.of("elsewhere", "p.conf");
        assertThat(plain("run", "--config", elsewhere.toString())).isEqualTo(elsewhere);
        assertThat(plain("run")).isEqualTo(new ConfigFile().path());
    }

    @Test
    void everythingElseIsLeftToPicocli() {
        assertThat(Main.plainRun()).isNull();
        assertThat(Main.plainRun("check")).isNull();
        assertThat(Main.plainRun("run", "--help")).isNull();
        assertThat(Main.plainRun("run", "--config")).isNull();
        assertThat(Main.plainRun("run", "--config", "--help")).isNull();
        assertThat(Main.plainRun("run", "--config=p.conf")).isNull();
        assertThat(Main.plainRun("run", "--config", "p.conf", "--dev-certificates", "d"))
                .isNull();
        assertThat(Main.plainRun("run", "p.conf")).isNull();
    }

    private static Path plain(String... words) {
        return Objects.requireNonNull(Main.plainRun(words)).path();
    }
}

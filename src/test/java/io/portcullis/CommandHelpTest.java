package io.portcullis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
}

package io.portcullis;

import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line.
 *
 * <p>Exit status: 0 it did what was asked (for {@code run}: it drained and ended); 1 an error of our own; 2 the configuration or the
 * command line is wrong; 3 an address cannot be bound or a file cannot be opened; 4 and 5 {@code doctor} found something.
 */
@Command(
        name = "portcullis",
        description = "A reverse proxy and TLS terminator.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        versionProvider = VersionCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            SignerCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            WhyCommand.class,
            DoctorCommand.class,
            ConfigCommand.class,
            TlsCommand.class,
            DevCertCommand.class,
            TrainCommand.class,
            VersionCommand.class
        },
        exitCodeListHeading = Main.EXIT_STATUS,
        exitCodeList = {
            Main.DID,
            Main.OURS,
            Main.MISTAKE,
            Main.NOT_OPENED,
            "4:doctor found what will hurt",
            "5:doctor found what hurts now"
        })
public final class Main {
    static final String EXIT_STATUS = "%nExit status:%n";
    static final String DID = "0:it did what was asked";
    static final String OURS = "1:an error of our own";
    static final String MISTAKE = "2:the configuration or the command line is wrong";
    static final String NOT_OPENED = "3:an address cannot be bound, or a file cannot be opened";

    static final int OK = 0;
    static final int INTERNAL = 1;
    static final int WRONG = 2;
    static final int CANNOT_OPEN = 3;

    /** Runs the command line and ends the process. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs the command line; says the exit status. */
    static int run(String... args) {
        ConfigFile plain = plainRun(args);
        if (plain != null) {
            return run(plain);
        }
        CommandLine line = commandLine(args);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        if (args.length == 0) {
            line.usage(System.err);
            return WRONG;
        }
        return line.execute(line.getCommand() instanceof RunCommand ? Arrays.copyOfRange(args, 1, args.length) : args);
    }

    /** A start does not wait for what the other commands' annotations say: {@code run} is read alone. */
    static CommandLine commandLine(String... args) {
        return args.length > 0 && args[0].equals("run")
                ? new CommandLine(new RunCommand()).setCommandName("portcullis run")
                : new CommandLine(new Main());
    }

    private static int run(ConfigFile config) {
        try {
            return RunCommand.run(config.path(), System.nanoTime());
        } catch (InterruptedException | RuntimeException e) {
            e.printStackTrace();
            return INTERNAL;
        }
    }

    /**
     * The file of {@code run} or {@code run --config FILE}, as nearly every start is; null: other words, for picocli. Its classes are
     * older than what an AOT cache takes in, and reading two words by it was a sixth of a start.
     */
    static @Nullable ConfigFile plainRun(String... args) {
        boolean named = args.length == 3 && args[1].equals("--config") && !args[2].startsWith("-");
        if (args.length == 0 || !args[0].equals("run") || args.length != 1 && !named) {
            return null;
        }
        return named ? new ConfigFile(Path.of(args[2])) : new ConfigFile();
    }
}

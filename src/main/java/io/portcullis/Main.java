package io.portcullis;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line.
 *
 * <p>Exit status: 0 it did what was asked (for {@code run}: it drained and ended); 1 an error of our own; 2 the configuration or the
 * command line is wrong; 3 an address cannot be bound or a file cannot be opened.
 */
@Command(
        name = "portcullis",
        description = "A reverse proxy and TLS terminator.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            RunCommand.class,
            SignerCommand.class,
            CheckCommand.class,
            ExplainCommand.class,
            WhyCommand.class,
            ConfigCommand.class,
            TlsCommand.class,
            DevCertCommand.class,
            TrainCommand.class,
            VersionCommand.class
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it did what was asked",
            "1:an error of our own",
            "2:the configuration or the command line is wrong",
            "3:an address cannot be bound, or a file cannot be opened"
        })
public final class Main {
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
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        if (args.length == 0) {
            line.usage(System.err);
            return WRONG;
        }
        return line.execute(args);
    }
}

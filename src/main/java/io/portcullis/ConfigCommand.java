package io.portcullis;

import picocli.CommandLine.Command;

/** {@code portcullis config}: only holds {@link ConfigShowCommand}. */
@Command(
        name = "config",
        description = "Tells what holds.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = ConfigShowCommand.class)
final class ConfigCommand {}

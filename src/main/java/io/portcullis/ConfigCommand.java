package io.portcullis;

import picocli.CommandLine.Command;

/** {@code portcullis config}: only holds its own commands. */
@Command(
        name = "config",
        description = "Tells what holds, and keeps the defaults that it rests on.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ConfigShowCommand.class, ConfigLockCommand.class})
final class ConfigCommand {}

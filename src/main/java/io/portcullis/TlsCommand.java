package io.portcullis;

import picocli.CommandLine.Command;

/** {@code portcullis tls}: only holds {@link TlsReportCommand}. */
@Command(
        name = "tls",
        description = "Tells of TLS clients.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = TlsReportCommand.class)
final class TlsCommand {}

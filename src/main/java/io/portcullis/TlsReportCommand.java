package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code portcullis tls report}. */
@Command(
        name = "report",
        description =
                "Tells whom a stricter TLS policy would shut out, of the clients that the running process has seen.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it told",
            "1:no process answers",
            "2:the configuration or the command line is wrong, or there is no such policy"
        })
final class TlsReportCommand implements Callable<Integer> {
    @Option(
            names = "--candidate",
            paramLabel = "POLICY",
            defaultValue = "modern",
            description =
                    "modern (the default), intermediate, or the name of a block under tls of the running process.")
    private String candidate = "modern";

    @Option(names = "--of", paramLabel = "NAME", description = "Only clients of this block under tls.")
    private @Nullable String of;

    @Mixin
    private ConfigFile config = new ConfigFile();

    @Mixin
    private JsonFlag json = new JsonFlag();

    @Override
    public Integer call() {
        PortcullisConfig read = config.read();
        if (read == null) {
            return Main.WRONG;
        }
        RunningProcess process = RunningProcess.at(read.admin().bind());
        RunningProcess.Answer answer =
                process == null ? null : process.get(TighteningPage.path(candidate, of, json.isOn()));
        if (answer != null && answer.status() == 200) {
            System.out.print(answer.text());
            return Main.OK;
        }
        if (answer != null && answer.status() == 400) {
            System.err.println("portcullis: " + answer.text().strip());
            return Main.WRONG;
        }
        System.err.println("portcullis: " + RunningProcess.whyNone(process, answer));
        return Main.INTERNAL;
    }
}

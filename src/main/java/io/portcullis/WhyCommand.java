package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis why}. */
@Command(
        name = "why",
        description = "Tells what became of a request that the running process has served, by its id.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it told",
            "1:no process answers, or it remembers no such id",
            "2:the configuration or the command line is wrong"
        })
final class WhyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "ID", description = "X-Request-Id of an answer, or id of the access log.")
    private String id = "";

    @Mixin
    private ConfigFile config = new ConfigFile();

    @Option(names = "--json", description = "Prints one JSON object instead of text.")
    private boolean json;

    @Override
    public Integer call() {
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig read = ConfigText.read(config.path(), problems);
        if (read == null) {
            System.err.println(StartFailure.configuration(problems).text());
            return Main.WRONG;
        }
        RunningProcess process = RunningProcess.at(read.admin().bind());
        RunningProcess.Answer answer = process == null ? null : process.get(WhyPage.path(id, json));
        if (answer != null && answer.status() == 200) {
            System.out.print(answer.text());
            return Main.OK;
        }
        String told = answer == null ? "" : answer.text().strip();
        System.err.println("portcullis: "
                + (process == null
                        ? "admin.bind is no address that could be asked"
                        : told.startsWith("nothing is remembered") ? told : process.silence(answer)));
        return Main.INTERNAL;
    }
}

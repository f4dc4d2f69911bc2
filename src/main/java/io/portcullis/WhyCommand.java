package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private JsonFlag json = new JsonFlag();

    @Override
    public Integer call() {
        PortcullisConfig read = config.read();
        if (read == null) {
            return Main.WRONG;
        }
        RunningProcess process = RunningProcess.at(read.admin().bind());
        RunningProcess.Answer answer = process == null ? null : process.get(WhyPage.path(id, json.isOn()));
        if (answer != null && answer.status() == 200) {
            System.out.print(answer.text());
            return Main.OK;
        }
        boolean told = answer != null && answer.text().startsWith("nothing is remembered");
        System.err.println("portcullis: "
                + (answer != null && told ? answer.text().strip() : RunningProcess.whyNone(process, answer)));
        return Main.INTERNAL;
    }
}

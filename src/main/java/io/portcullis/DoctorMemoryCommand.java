package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code portcullis doctor memory}. */
@Command(
        name = "memory",
        description = "Tells where the running process's native memory is, and what holds on to it.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it told, and nothing is suspicious",
            "1:no process answers",
            "2:the configuration or the command line is wrong",
            "4:something is suspicious"
        })
final class DoctorMemoryCommand implements Callable<Integer> {
    @Mixin
    private ConfigFile config = new ConfigFile();

    @Override
    public Integer call() {
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig read = ConfigText.read(config.path(), problems);
        if (read == null) {
            System.err.println(StartFailure.configuration(problems).text());
            return Main.WRONG;
        }
        RunningProcess process = RunningProcess.at(read.admin().bind());
        RunningProcess.Answer answer = process == null ? null : process.get("/metrics");
        if (process == null || answer == null || answer.status() != 200) {
            System.err.println("portcullis: " + RunningProcess.whyNone(process, answer));
            return Main.INTERNAL;
        }
        MemoryReading reading = MemoryReading.of(answer.text());
        System.out.print(reading.text());
        return reading.suspects().isEmpty() ? Main.OK : DoctorCommand.WARNINGS;
    }
}

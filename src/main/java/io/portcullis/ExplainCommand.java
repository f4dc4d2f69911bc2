package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.explain.Explanation;
import io.portcullis.explain.Question;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis explain}. */
@Command(
        name = "explain",
        description =
                "Tells what would become of a request, and why; sends nothing. Asks the running process where it answers.",
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:it told", "2:the configuration or the command line is wrong"})
final class ExplainCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "METHOD", description = "GET, POST and so on.")
    private String method = "";

    @Parameters(index = "1", paramLabel = "URL", description = "http://… or https://…, as a client would ask for it.")
    private String url = "";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "FIELD",
            description = "A header field, 'Name: value'; may be repeated. A Host takes the place of the URL's.")
    private List<String> fields = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            description = "The client's address, or unix; without it " + Question.SOMEBODY + ".")
    private @Nullable String from;

    @Mixin
    private ConfigFile config = new ConfigFile();

    @Option(names = "--offline", description = "Does not ask the running process, but reads the configuration.")
    private boolean offline;

    @Mixin
    private JsonFlag json = new JsonFlag();

    @Override
    public Integer call() {
        Question question;
        try {
            question = Question.of(method, url, fields, from);
        } catch (IllegalArgumentException e) {
            System.err.println("portcullis: " + e.getMessage());
            return Main.WRONG;
        }
        Path file = config.path();
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig read = ConfigText.read(file, problems);
        RunningProcess process =
                offline || read == null ? null : RunningProcess.at(read.admin().bind());
        RunningProcess.Answer live =
                process == null ? null : process.get(ExplainPage.path(method, url, fields, from, json.isOn()));
        if (process != null && live != null && live.status() == 200) {
            told("the process at " + process.address(), live.text());
            return Main.OK;
        }
        if (read == null) {
            return wrong(problems);
        }
        try (Offline loaded = Offline.load(read, problems)) {
            if (!loaded.isWhole()) {
                return wrong(problems);
            }
            Explanation explanation = loaded.explainer().explain(question);
            told(
                    file + (process == null ? "" : "; " + process.silence(live)),
                    json.isOn()
                            ? explanation.facts().json() + "\n"
                            : explanation.facts().text());
        }
        return Main.OK;
    }

    private void told(String source, String text) {
        System.out.print((json.isOn() ? "" : "told by         " + source + "\n") + text);
    }

    private static int wrong(List<Problem> problems) {
        System.err.println(StartFailure.configuration(problems).text());
        return Main.WRONG;
    }
}

package io.portcullis;

import io.portcullis.config.DefaultsLock;
import io.portcullis.config.Effective;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.Reach;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis config show}. */
@Command(
        name = "show",
        description = {
            "Prints the value of each key that holds, and where it comes from.",
            "With KEY also what else the same line sets, and who uses the block."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:it told",
            "1:--diff, and no process answers",
            "2:the configuration or the command line is wrong"
        })
final class ConfigShowCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KEY",
            description = "A key or a block, for example upstreams.app or defaults.upstream; without it all.")
    private @Nullable String key;

    @Mixin
    private ConfigFile config = new ConfigFile();

    @Option(
            names = "--diff",
            description =
                    "Prints only what differs from the running process: - there, + here; and which defaults are others than those of defaults.lock.")
    private boolean diff;

    @Override
    public Integer call() {
        List<Problem> problems = new ArrayList<>();
        PortcullisConfig read = config.read(problems);
        if (read == null) {
            return Main.WRONG;
        }
        List<Effective> shown = read.effective().stream()
                .filter(each -> key == null || each.isWithin(key) || !diff && each.comesFrom(key))
                .toList();
        if (shown.isEmpty() && key != null) {
            System.err.println(
                    "portcullis: nothing holds at " + key + "; " + Effective.suggestion(read.effective(), key));
            return Main.WRONG;
        }
        if (!diff) {
            System.out.print(lines(shown));
            if (key != null) {
                Reach.of(read.effective(), key).forEach(each -> System.out.println("# " + each));
            }
            return Main.OK;
        }
        RunningProcess process = RunningProcess.at(read.admin().bind());
        RunningProcess.Answer live = process == null ? null : process.get("/config");
        if (live == null || live.status() != 200) {
            System.err.println("portcullis: " + RunningProcess.whyNone(process, live));
            return Main.INTERNAL;
        }
        System.out.print(difference(live.text(), lines(shown), key));
        problems.stream()
                .filter(each -> key == null && DefaultsLock.tells(each))
                .forEach(each -> System.out.println("# " + each));
        return Main.OK;
    }

    static String lines(List<Effective> shown) {
        return shown.stream().map(each -> each + "\n").collect(Collectors.joining());
    }

    /** What holds there and not here, and here and not there; lines that differ in their origin only are the same. */
    static String difference(String there, String here, @Nullable String key) {
        Map<String, String> ours = byKey(here);
        Map<String, String> theirs = byKey(there);
        StringBuilder out = new StringBuilder();
        theirs.forEach((name, line) -> {
            boolean asked = key == null || new Effective(name, "", "").isWithin(key);
            if (asked && !setting(line).equals(setting(ours.getOrDefault(name, "")))) {
                out.append("- ").append(line).append('\n');
                if (ours.containsKey(name)) {
                    out.append("+ ").append(ours.get(name)).append('\n');
                }
            }
        });
        ours.forEach((name, line) -> out.append(theirs.containsKey(name) ? "" : "+ " + line + "\n"));
        return out.isEmpty() ? "nothing differs\n" : out.toString();
    }

    private static Map<String, String> byKey(String text) {
        Map<String, String> lines = new LinkedHashMap<>();
        text.lines().forEach(line -> lines.put(line.replaceFirst(" = .*", ""), line));
        return lines;
    }

    /** The line without its origin. */
    private static String setting(String line) {
        int origin = line.lastIndexOf("  # ");
        return origin < 0 ? line : line.substring(0, origin);
    }
}

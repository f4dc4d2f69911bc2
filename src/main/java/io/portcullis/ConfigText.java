package io.portcullis;

import io.portcullis.config.ConfigLoader;
import io.portcullis.config.Loading;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Reading the configuration's file, and telling the log what is not right in it. */
final class ConfigText {
    private ConfigText() {}

    static @Nullable PortcullisConfig read(Path file, List<Problem> problems) {
        Loading loading = ConfigLoader.load(file);
        problems.addAll(loading.problems());
        return loading.config();
    }

    static void warn(Logger log, List<Problem> problems) {
        problems.stream().filter(problem -> !problem.isError()).forEach(problem -> log.warn("{}", problem));
    }

    /** What a person is told of a reload that worked. */
    static String reloaded(List<Problem> problems) {
        String warnings =
                problems.stream().map(problem -> "\nwarning: " + problem).collect(Collectors.joining());
        return "reloaded" + warnings;
    }
}

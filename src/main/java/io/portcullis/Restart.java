package io.portcullis;

import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.Problem;
import io.portcullis.config.SourceLine;
import java.util.function.Consumer;

/** Finds what a reload cannot change. */
final class Restart {
    private Restart() {}

    static void needed(PortcullisConfig before, PortcullisConfig after, Consumer<Problem> problems) {
        differs("runtime", before.runtime(), after.runtime(), after, problems);
        differs("admin", before.admin().toString(), after.admin().toString(), after, problems);
        differs("demo", before.demo().toString(), after.demo().toString(), after, problems);
        differs(
                "metrics.otlp",
                String.valueOf(before.export().meters()),
                String.valueOf(after.export().meters()),
                after,
                problems);
        if (before.process().watchFiles() != after.process().watchFiles()) {
            differs(
                    "reload.watch",
                    before.process().watchFiles(),
                    after.process().watchFiles(),
                    after,
                    problems);
        }
    }

    private static void differs(
            String key, Object before, Object after, PortcullisConfig config, Consumer<Problem> problems) {
        if (!before.equals(after)) {
            problems.accept(Problem.error(
                    new SourceLine(config.file().toString(), 0),
                    key,
                    "changed, and this cannot change while Portcullis runs",
                    "restart it, or take the change back"));
        }
    }
}

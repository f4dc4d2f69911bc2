package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.SourceLine;
import java.util.function.Consumer;

/** Collects the problems of one certificate, all at the same line, and remembers whether one was an error. */
final class Complaints {
    private final SourceLine where;
    private final String keyPath;
    private final Consumer<Problem> problems;
    private boolean refused;

    Complaints(SourceLine where, String keyPath, Consumer<Problem> problems) {
        this.where = where;
        this.keyPath = keyPath;
        this.problems = problems;
    }

    /** {@code field} is {@code chain}, {@code key} or {@code names}. */
    void error(String field, String message, String remedy) {
        refused = true;
        problems.accept(Problem.error(where, keyPath + "." + field, message, remedy));
    }

    void warning(int risk, String field, String message, String remedy) {
        problems.accept(Problem.warning(risk, where, keyPath + "." + field, message, remedy));
    }

    boolean isRefused() {
        return refused;
    }
}

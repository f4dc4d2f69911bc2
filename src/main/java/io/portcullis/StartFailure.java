package io.portcullis;

import io.portcullis.config.Problem;
import java.util.List;
import java.util.Objects;

/** Portcullis could not start; the message names every reason, one a line. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What went wrong; decides the exit status. */
    public enum Cause {
        CONFIGURATION,
        CANNOT_LISTEN
    }

    private final Cause cause;

    private StartFailure(Cause cause, String message) {
        super(message);
        this.cause = cause;
    }

    static StartFailure configuration(List<Problem> problems) {
        StringBuilder text = new StringBuilder();
        for (Problem problem : problems) {
            if (problem.isError()) {
                text.append(text.isEmpty() ? "" : "\n").append(problem);
            }
        }
        return new StartFailure(Cause.CONFIGURATION, text.toString());
    }

    static StartFailure listening(List<? extends Exception> failures) {
        return new StartFailure(
                Cause.CANNOT_LISTEN,
                String.join("\n", failures.stream().map(Throwable::getMessage).toList()));
    }

    static StartFailure other(RuntimeException cause) {
        return new StartFailure(Cause.CANNOT_LISTEN, Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
    }

    /** The message, which is never null. */
    String text() {
        return Objects.requireNonNullElse(getMessage(), "");
    }

    /** Which kind of reason. */
    public Cause kind() {
        return cause;
    }
}

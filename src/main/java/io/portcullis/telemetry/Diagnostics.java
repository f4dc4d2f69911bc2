package io.portcullis.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of what the proxy does, as opposed to what passes through it: lines on standard error, laid out by {@link DiagnosticsLayout}.
 *
 * <p>Safe for any thread, event loops too: lines are handed to a thread of their own, and dropped where it cannot keep up.
 */
public final class Diagnostics {
    private static final String OURS = "io.portcullis";

    private Diagnostics() {}

    /** Makes it ready on this thread: a second thread that asks for a logger meanwhile would be given one that only stands in. */
    public static void begin() {
        logback();
    }

    /**
     * Sets what is printed from now on: {@code error}, {@code warn}, {@code info} or {@code debug}. Debug is for our own lines;
     * libraries stay at info, theirs would bury ours.
     */
    public static void level(String level) {
        Level ours =
                switch (level.toLowerCase(Locale.ROOT)) {
                    case "error" -> Level.ERROR;
                    case "warn" -> Level.WARN;
                    case "info" -> Level.INFO;
                    case "debug" -> Level.DEBUG;
                    default ->
                        throw new IllegalArgumentException("level: " + level + " (expected: error, warn, info, debug)");
                };
        LoggerContext logback = logback();
        logback.getLogger(OURS).setLevel(ours);
        logback.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(ours == Level.DEBUG ? Level.INFO : ours);
    }

    /** Prints what waits, at most for a second; the last thing before the process ends. */
    public static void stop() {
        logback().stop();
    }

    private static LoggerContext logback() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}

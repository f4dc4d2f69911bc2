package io.portcullis.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Diagnostics on standard error; standard output belongs to the access log. In Java and not in XML, whose reading was a tenth of a start;
 * {@code -Dlogback.configurationFile} takes its place.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class DiagnosticsLayout extends ContextAwareBase implements Configurator {
    private static final String OWN_FILE = "logback.configurationFile";

    /** Control characters of a message become a space: one event is one line, and nothing speaks to a terminal. */
    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %replace(%msg){'[\\x00-\\x1f\\x7f-\\x9f]+', ' '}%n%ex";

    private static final int WAITING_LINES = 1024;
    private static final int MILLIS_TO_FLUSH = 1_000;

    @Override
    public ExecutionStatus configure(LoggerContext logback) {
        if (System.getProperty(OWN_FILE) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        AsyncAppender async = async(logback, standardError(logback));
        Logger root = logback.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(async);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static ConsoleAppender<ILoggingEvent> standardError(LoggerContext logback) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(logback);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(logback);
        console.setName("stderr");
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        return console;
    }

    /** An event loop must never wait for a terminal or a pipe. */
    private static AsyncAppender async(LoggerContext logback, ConsoleAppender<ILoggingEvent> to) {
        AsyncAppender async = new AsyncAppender();
        async.setContext(logback);
        async.setName("async");
        async.setQueueSize(WAITING_LINES);
        async.setDiscardingThreshold(0);
        async.setNeverBlock(true);
        async.setMaxFlushTime(MILLIS_TO_FLUSH);
        async.addAppender(to);
        async.start();
        return async;
    }
}

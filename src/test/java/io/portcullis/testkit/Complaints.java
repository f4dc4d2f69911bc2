package io.portcullis.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What one class logs at ERROR while this is open. */
public final class Complaints implements AutoCloseable {
    private final Logger logger;
    private final ListAppender<ILoggingEvent> heard = new ListAppender<>();

    private Complaints(Class<?> of) {
        logger = (Logger) LoggerFactory.getLogger(of);
        heard.start();
        logger.addAppender(heard);
    }

    public static Complaints of(Class<?> of) {
        return new Complaints(of);
    }

    /** Lines so far, each with the message of what was thrown. */
    public List<String> errors() {
        return List.copyOf(heard.list).stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(event -> event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : ": " + event.getThrowableProxy().getMessage()))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(heard);
    }
}

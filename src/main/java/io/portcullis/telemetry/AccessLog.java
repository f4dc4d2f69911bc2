package io.portcullis.telemetry;

import io.portcullis.config.AccessLogConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: one line for each exchange, written by a thread of its own. Safe for any thread.
 *
 * <p>{@link #offer} never waits: where the queue is full the record is dropped and counted.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    /** How long {@link #flush} and {@link #close} wait for a file system or a pipe that does not take bytes. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Meters meters;
    /** Null where the log is off. */
    private final @Nullable LogWriter writer;

    private AccessLog(Meters meters, @Nullable LogWriter writer) {
        this.meters = meters;
        this.writer = writer;
    }

    /**
     * Opens the file and starts the thread.
     *
     * @throws UncheckedIOException where the file cannot be opened; its message is for the operator
     */
    public static AccessLog open(AccessLogConfig config, Meters meters) {
        return open(config, meters, System::nanoTime);
    }

    static AccessLog open(AccessLogConfig config, Meters meters, LongSupplier nanoClock) {
        LineFormat format =
                switch (config.format()) {
                    case JSON -> new JsonLines(config.ja4());
                    case COMBINED -> new CombinedLines();
                    case OFF -> null;
                };
        if (format == null) {
            return new AccessLog(meters, null);
        }
        try {
            LogFile file = LogFile.open(config.file());
            LogWriter writer = new LogWriter(config.queue(), format, file, meters.accessLog(), nanoClock);
            writer.start();
            return new AccessLog(meters, writer);
        } catch (IOException e) {
            throw new UncheckedIOException("access-log.to: " + reason(String.valueOf(config.file()), e), e);
        }
    }

    /** Whether nothing is written, so that no record need be made. */
    public boolean isOff() {
        return writer == null;
    }

    /** Hands over a record to be written; drops and counts it where the queue is full or the log is closed. */
    public void offer(AccessRecord record) {
        if (writer != null && !writer.offer(record)) {
            meters.accessLogDropped();
        }
    }

    /**
     * Opens the file's path anew, as after a rotation. Lines offered before go to the file that was open, lines offered after it
     * returned to the new one; none is lost. Where it cannot be opened, the old file stays in use and the log says so. Waits at most
     * five seconds: never on an event loop.
     */
    public void reopen() {
        if (writer != null && !await(writer.order(true))) {
            LOG.warn("access log: the file is not reopened yet, the writer is held up");
        }
    }

    /**
     * Waits, at most five seconds, until every record offered before is written or counted as failed. Blocks: never on an event loop.
     *
     * @return whether it came to that
     */
    public boolean flush() {
        return writer == null || await(writer.order(false));
    }

    private static boolean await(CountDownLatch done) {
        try {
            return done.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Writes what was offered, waits for that at most five seconds, and closes the file. Blocks: never on an event loop. */
    @Override
    public void close() {
        if (writer == null) {
            return;
        }
        try {
            if (!writer.close().join(PATIENCE)) {
                LOG.warn("access log: the last lines could not be written within {} s", PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is wrong with a file, in words. */
    static String reason(String file, IOException e) {
        String why =
                switch (e) {
                    case NoSuchFileException missing -> "its directory does not exist";
                    case AccessDeniedException denied -> "permission denied";
                    default -> e.getMessage();
                };
        return "cannot open " + file + ": " + why;
    }
}

package io.portcullis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.portcullis.config.AccessLogConfig;
import io.portcullis.config.AccessLogConfig.Format;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class AccessLogTest {
    private static final Path FULL_DISK = Path.of("/dev/full");

    @TempDir
    Path directory;

    private final Meters meters = Meters.create();
    private final AtomicLong nanos = new AtomicLong();
    private final ListAppender<ILoggingEvent> complaints = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.class);

    @BeforeEach
    void listen() {
        complaints.start();
        logger.addAppender(complaints);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(complaints);
        meters.close();
    }

    @Test
    void linesAreInTheFileAfterFlush() throws IOException {
        Path file = directory.resolve("access.log");
        try (AccessLog log = open(file, 64)) {
            log.offer(Records.full());
            log.offer(Records.unread());
            assertThat(log.flush()).isTrue();
            assertThat(Files.readString(file))
                    .isEqualTo(Records.line(new JsonLines(false), Records.full())
                            + Records.line(new JsonLines(false), Records.unread()));
        }
        assertThat(lines("written")).isEqualTo(2);
    }

    @Test
    void strangersCannotReadTheFile() throws IOException {
        Path file = directory.resolve("access.log");
        open(file, 64).close();
        assertThat(Files.getPosixFilePermissions(file))
                .doesNotContain(PosixFilePermission.OTHERS_READ, PosixFilePermission.GROUP_WRITE);
    }

    @Test
    void anExistingFileIsAppendedTo() throws IOException {
        Path file = Files.writeString(directory.resolve("access.log"), "before\n");
        try (AccessLog log = open(file, 64)) {
            log.offer(Records.full());
        }
        assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("before");
    }

    @Test
    void closeWritesWhatWasOffered() throws IOException {
        Path file = directory.resolve("access.log");
        AccessLog log = open(file, 4096);
        for (int i = 0; i < 4000; i++) {
            log.offer(Records.of("/" + i, "agent"));
        }
        log.close();
        assertThat(Files.readAllLines(file)).hasSize(4000).last().asString().contains("\"/3999\"");
        log.offer(Records.full());
        assertThat(lines("dropped")).isEqualTo(1);
        assertThat(log.flush()).isTrue();
    }

    @Test
    void everyOfferIsWrittenOrCountedAsDropped() throws Exception {
        Path file = directory.resolve("access.log");
        int threads = 4;
        int each = 20_000;
        try (AccessLog log = open(file, 64)) {
            List<Thread> producers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                String prefix = "/" + t + "/";
                producers.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < each; i++) {
                        log.offer(Records.of(prefix + i, "agent"));
                    }
                }));
            }
            for (Thread producer : producers) {
                producer.join();
            }
            assertThat(log.flush()).isTrue();
        }
        List<String> written = Files.readAllLines(file);
        assertThat(new HashSet<>(written)).hasSize(written.size());
        assertThat(written).allMatch(line -> line.startsWith("{\"time\":") && line.endsWith("\"ended_by\":\"-\"}"));
        assertThat(lines("written")).isEqualTo(written.size());
        assertThat(lines("dropped")).isPositive();
        assertThat(lines("written") + lines("dropped")).isEqualTo(threads * each);
    }

    @Test
    void rotationLosesNoLine() throws IOException {
        Path file = directory.resolve("access.log");
        Path rotated = directory.resolve("access.log.1");
        try (AccessLog log = open(file, 1024)) {
            log.offer(Records.of("/one", "a"));
            assertThat(log.flush()).isTrue();
            Files.move(file, rotated);
            log.offer(Records.of("/two", "a"));
            log.reopen();
            assertThat(log.flush()).isTrue();
            log.offer(Records.of("/three", "a"));
        }
        assertThat(Files.readAllLines(rotated)).hasSize(2).last().asString().contains("/two");
        assertThat(Files.readAllLines(file)).singleElement().asString().contains("/three");
    }

    @Test
    void reopenMakesAFileThatIsGone() throws IOException {
        Path file = directory.resolve("access.log");
        try (AccessLog log = open(file, 64)) {
            Files.delete(file);
            log.reopen();
            log.offer(Records.full());
        }
        assertThat(Files.readAllLines(file)).hasSize(1);
    }

    @Test
    void aReopenThatFailsKeepsTheOldFile() throws IOException {
        Path inside = Files.createDirectory(directory.resolve("logs"));
        Path file = inside.resolve("access.log");
        Path moved = directory.resolve("moved");
        try (AccessLog log = open(file, 64)) {
            Files.move(inside, moved);
            log.reopen();
            log.offer(Records.full());
        }
        assertThat(Files.readAllLines(moved.resolve("access.log"))).hasSize(1);
        assertThat(complaints.list)
                .singleElement()
                .asString()
                .contains("cannot open " + file + ": its directory does not exist", "stays in use");
    }

    @Test
    void aFullDiskIsCountedAndSaidOnceAMinute() {
        try (AccessLog log =
                AccessLog.open(new AccessLogConfig(Format.JSON, FULL_DISK, 64, false), meters, nanos::get)) {
            writeOne(log);
            writeOne(log);
            assertThat(complaints.list)
                    .singleElement()
                    .asString()
                    .contains("cannot write to /dev/full")
                    .contains("No space left");
            nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
            writeOne(log);
            assertThat(complaints.list).hasSize(2).last().asString().contains("3 lines lost");
        }
        assertThat(lines("failed")).isEqualTo(3);
        assertThat(lines("written")).isZero();
    }

    @Test
    void aFileThatCannotBeOpenedIsSaidWithItsReason() {
        Path file = directory.resolve("missing/access.log");
        assertThatThrownBy(() -> open(file, 64))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("access-log.to: cannot open " + file + ": its directory does not exist");
        assertThatThrownBy(() -> open(directory, 64))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("Is a directory");
    }

    @Test
    void offIsQuiet() {
        try (AccessLog log = AccessLog.open(new AccessLogConfig(Format.OFF, null, 64, false), meters)) {
            log.offer(Records.full());
            log.reopen();
            assertThat(log.flush()).isTrue();
        }
        assertThat(lines("written") + lines("dropped") + lines("failed")).isZero();
    }

    private static void writeOne(AccessLog log) {
        log.offer(Records.full());
        assertThat(log.flush()).isTrue();
    }

    private AccessLog open(Path file, int queue) {
        return AccessLog.open(new AccessLogConfig(Format.JSON, file, queue, false), meters);
    }

    private int lines(String result) {
        return (int) meters.registry()
                .get(MeterName.ACCESS_LOG_LINES.id())
                .tag("result", result)
                .counter()
                .count();
    }
}

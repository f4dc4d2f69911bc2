package io.portcullis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class DiagnosticsTest {
    @AfterEach
    void restore() {
        Diagnostics.level("info");
    }

    @Test
    void levelsChangeAtRunTime() {
        Logger ours = LoggerFactory.getLogger("io.portcullis.any");
        Diagnostics.level("error");
        assertThat(ours.isWarnEnabled()).isFalse();
        Diagnostics.level("warn");
        assertThat(ours.isWarnEnabled()).isTrue();
        assertThat(ours.isInfoEnabled()).isFalse();
        Diagnostics.level("debug");
        assertThat(ours.isDebugEnabled()).isTrue();
    }

    @Test
    void debugIsForOurOwnLines() {
        Diagnostics.level("debug");
        assertThat(LoggerFactory.getLogger("io.netty.any").isDebugEnabled()).isFalse();
    }

    @Test
    void anUnknownLevelIsRefused() {
        assertThatThrownBy(() -> Diagnostics.level("loud"))
                .hasMessage("level: loud (expected: error, warn, info, debug)");
    }

    @Test
    void l07OneEventIsOneLineOnStandardError() {
        LoggerContext shipped = new LoggerContext();
        new DiagnosticsLayout().configure(shipped);
        AsyncAppender async =
                (AsyncAppender) shipped.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("async");
        assertThat(async.isNeverBlock()).isTrue();
        ConsoleAppender<ILoggingEvent> console = (ConsoleAppender<ILoggingEvent>) async.getAppender("stderr");
        assertThat(console.getTarget()).isEqualTo("System.err");
        ch.qos.logback.classic.Logger logger = shipped.getLogger("io.portcullis.net.Any");
        LoggingEvent event = new LoggingEvent("", logger, Level.WARN, "a\r\nforged\u001b[2J \u009b line", null, null);
        String line = new String(console.getEncoder().encode(event), StandardCharsets.UTF_8);
        assertThat(line)
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ WARN  Any: a forged \\[2J   line\n");
    }

    @Test
    void aFileOfTheOperatorsTakesItsPlace() {
        System.setProperty("logback.configurationFile", "own.xml");
        try {
            LoggerContext shipped = new LoggerContext();
            assertThat(new DiagnosticsLayout().configure(shipped))
                    .isEqualTo(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);
            assertThat(shipped.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("async"))
                    .isNull();
        } finally {
            System.clearProperty("logback.configurationFile");
        }
    }
}

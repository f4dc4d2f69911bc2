package io.portcullis.sign;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class SignerTroubleTest {
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(SignerTrouble.class);
    private long now;
    private final SignerTrouble trouble = new SignerTrouble(() -> now);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(lines);
        logger.setLevel(null);
    }

    @Test
    void theFirstFailureIsALineThenOneAMinuteAndOneAtTheEnd() {
        trouble.signed("keys");
        for (int second = 0; second < 90; second++) {
            now = TimeUnit.SECONDS.toNanos(second);
            trouble.failed("keys", "timeout", "no answer within 500 ms");
            trouble.failed("keys", "timeout", "no answer within 500 ms");
        }
        trouble.signed("keys");
        trouble.signed("keys");
        assertThat(texts())
                .containsExactly(
                        "WARN signer keys does not sign (timeout): no answer within 500 ms; handshakes that need it fail",
                        "WARN signer keys does not sign (timeout): no answer within 500 ms; 120 handshakes failed since it was"
                                + " last said",
                        "INFO signer keys signs again, after 180 handshakes without a signature");
    }

    @Test
    void eachSignerHasItsOwn() {
        trouble.failed("a", "refused", "it answers 403: client_refused");
        trouble.failed("b", "unreachable", "refused");
        trouble.signed("c");
        trouble.signed("b");
        trouble.failed("b", "unreachable", "refused");
        assertThat(texts())
                .hasSize(4)
                .filteredOn(line -> line.startsWith("INFO"))
                .singleElement()
                .asString()
                .contains(" b ");
    }

    private List<String> texts() {
        return lines.list.stream()
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }
}

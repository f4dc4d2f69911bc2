package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.portcullis.config.HstsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** In virtual time. */
final class HstsRampTest {
    private static final Instant BEGAN = Instant.parse("2026-03-01T12:00:00Z");
    private static final String FIVE_MINUTES = "max-age=300";
    private static final String DAY = "max-age=86400";
    private static final String WEEK = "max-age=604800";
    private static final String MONTH = "max-age=2592000";
    private static final String YEAR = "max-age=31536000";

    @TempDir
    Path dir;

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(HstsRamp.class);
    private final HstsHours hours = new HstsHours(BEGAN);

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
    void climbsStepByStepWithGoodTrafficAndStaysAsLongAsIsSaid() throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 365, false));
        List<String> sent = new ArrayList<>();
        List<Long> days = new ArrayList<>();
        for (int hour = 0; hour < 24 * 60; hour++) {
            if (sent.isEmpty() || !sent.getLast().equals(ramp.header())) {
                sent.add(ramp.header());
                days.add(Duration.between(BEGAN, hours.instant()).toDays());
            }
            hours.goodHour(ramp);
        }
        assertThat(sent).containsExactly(FIVE_MINUTES, DAY, WEEK, MONTH, YEAR);
        assertThat(days).containsExactly(0L, 1L, 8L, 22L, 52L);
        assertThat(ramp.told().next()).isNull();
        assertThat(ramp.maxAge()).isEqualTo(Duration.ofDays(365));
    }

    @Test
    void theEndIsMaxAge() throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 10, false));
        hours.goodDays(ramp, 60);
        assertThat(ramp.header()).isEqualTo("max-age=864000");
        assertThat(ramp.told().next()).isNull();
        HstsRamp longer = ramp(HstsHours.config(null, 730, false));
        hours.goodDays(longer, 60);
        assertThat(longer.header()).isEqualTo("max-age=63072000");
    }

    @Test
    void withoutTrafficNothingClimbsHoweverLongItStands() throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 365, false));
        for (int hour = 0; hour < 24 * 100; hour++) {
            hours.passHour(ramp);
        }
        assertThat(ramp.header()).isEqualTo(FIVE_MINUTES);
        hours.goodHour(ramp);
        assertThat(ramp.header())
                .as("a good hour of one day is enough for the first step")
                .isEqualTo(DAY);
        for (int hour = 0; hour < 24 * 30; hour++) {
            hours.passHour(ramp);
        }
        hours.goodHour(ramp);
        assertThat(ramp.header()).as("a week wants four days with traffic").isEqualTo(DAY);
        assertThat(ramp.told().goodDays()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsFailure.class,
            names = {"UNKNOWN_CA", "CERTIFICATE_EXPIRED", "NO_SHARED_CIPHER", "PROTOCOL_VERSION", "SIGNER_UNAVAILABLE"})
    void anHourInWhichHandshakesFailTakesAStepBackAtOnceAndSaysWhy(TlsFailure why) throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 365, false));
        hours.goodDays(ramp, 10);
        assertThat(ramp.header()).isEqualTo(WEEK);
        HstsHours.failures(ramp, why, 5);
        hours.goodHour(ramp, 200);
        assertThat(ramp.header()).isEqualTo(DAY);
        assertThat(warnings())
                .containsExactly(
                        "tls.public.hsts: one step back, from 7 d to 1 d, for 5 of 205 handshakes of the last hour"
                                + " failed, more than 1 %");
        assertThat(ramp.told().cause()).contains("5 of 205 handshakes");
        hours.goodDays(ramp, 7);
        assertThat(ramp.header())
                .as("and it climbs again, all of its days anew")
                .isEqualTo(WEEK);
        assertThat(ramp.told().cause()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsFailure.class,
            names = {"CLIENT_CLOSED", "NOT_TLS", "PLAIN_HTTP", "TIMEOUT", "MALFORMED", "CLIENT_CERTIFICATE_MISSING"})
    void scansAndLostNetworksHoldNothingUp(TlsFailure why) throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 365, false));
        hours.goodDays(ramp, 10);
        HstsHours.failures(ramp, why, 1_000);
        hours.goodHour(ramp);
        assertThat(ramp.header()).isEqualTo(WEEK);
    }

    @Test
    void fourFailuresAreChanceAndAShareWithinTheBoundIsGood() throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 365, false));
        hours.goodDays(ramp, 2);
        HstsHours.failures(ramp, TlsFailure.UNKNOWN_CA, 4);
        hours.goodHour(ramp, 4);
        HstsHours.failures(ramp, TlsFailure.UNKNOWN_CA, 10);
        hours.goodHour(ramp, 990);
        assertThat(ramp.header()).isEqualTo(DAY);
        assertThat(warnings()).isEmpty();
    }

    @Test
    void tooMuchPlainHttpTakesAStepBack() throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 365, false));
        hours.goodDays(ramp, 2);
        for (int i = 0; i < 26; i++) {
            ramp.requested("example.com", false, HstsRampTest::below);
        }
        hours.goodHour(ramp);
        assertThat(ramp.header()).isEqualTo(FIVE_MINUTES);
        assertThat(warnings().getFirst())
                .contains("one step back, from 1 d to 5 min, for 26 of 126 requests")
                .contains("plain HTTP");
    }

    @Test
    void aBadHourOnTheFirstStepBeginsItsDayAnew() throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 365, false));
        for (int hour = 0; hour < 20; hour++) {
            hours.goodHour(ramp);
        }
        HstsHours.failures(ramp, TlsFailure.BAD_CERTIFICATE, 50);
        hours.passHour(ramp);
        for (int hour = 0; hour < 23; hour++) {
            hours.goodHour(ramp);
        }
        assertThat(ramp.header()).isEqualTo(FIVE_MINUTES);
        hours.goodHour(ramp);
        assertThat(ramp.header()).isEqualTo(DAY);
        assertThat(warnings().getFirst()).contains("the first step begins anew, for 50 of 50 handshakes");
    }

    @Test
    void aFileKeepsItOverRestarts() throws Exception {
        HstsConfig config = HstsHours.config(dir, 365, false);
        hours.goodDays(ramp(config), 3);
        HstsRamp again = ramp(config);
        assertThat(again.header()).isEqualTo(DAY);
        assertThat(again.told().goodDays()).isEqualTo(3);
        hours.goodDays(again, 5);
        assertThat(again.header()).as("its days go on").isEqualTo(WEEK);
        assertThat(dir).isDirectoryContaining("glob:**/public.hsts");
        assertThat(dir.toFile().list()).as("no draft stays").hasSize(1);
    }

    @Test
    void withoutAFileItBeginsAnewAndSaysSo() throws Exception {
        hours.goodDays(ramp(HstsHours.config(null, 365, false)), 10);
        HstsRamp again = ramp(HstsHours.config(null, 365, false));
        again.look();
        assertThat(again.header()).isEqualTo(FIVE_MINUTES);
        assertThat(lines.list.getLast().getFormattedMessage()).contains("begins anew with each start (no state-dir)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "step CENTURY\nsince 2026-03-01T12:00:00Z\ngood 0 1970-01-01T00:00:00Z",
                "step YEAR",
                "step YEAR\nsince yesterday",
                "step YEAR\nsince 2026-03-01T12:00:00Z\ngood -3 1970-01-01T00:00:00Z",
                "step YEAR\nsince 2026-03-01T12:00:00Z\nseen"
            })
    void aBrokenFileBeginsAnewAndIsNoReasonToFail(String text) throws Exception {
        Files.writeString(dir.resolve("public.hsts"), text);
        assertThat(ramp(HstsHours.config(dir, 365, false)).header()).isEqualTo(FIVE_MINUTES);
    }

    @Test
    void timeThatHasNotComeDoesNotCount() throws Exception {
        HstsConfig config = HstsHours.config(dir, 365, false);
        hours.goodDays(ramp(config), 5);
        hours.set(BEGAN.minus(Duration.ofDays(400)));
        HstsRamp back = ramp(config);
        assertThat(back.header()).isEqualTo(DAY);
        assertThat(back.told().since()).isEqualTo(hours.instant());
        hours.goodDays(back, 6);
        assertThat(back.header()).isEqualTo(DAY);
    }

    @Test
    void includeSubdomainsWaitsForTheSecondStepAndForEverySubdomainSeen() throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(null, 365, true));
        hours.goodHour(ramp);
        assertThat(ramp.told().withoutSubdomains()).containsExactly("not before the second step");
        hours.goodDays(ramp, 1);
        assertThat(ramp.header()).isEqualTo(DAY + "; includeSubDomains");
        ramp.requested("old.example.com", false, HstsRampTest::below);
        ramp.failed(
                FailedHandshake.refused(TlsFailure.UNRECOGNIZED_NAME, HstsHours.hello("intra.example.com")),
                HstsRampTest::below);
        ramp.requested("elsewhere.org", false, HstsRampTest::below);
        ramp.look();
        assertThat(ramp.header()).isEqualTo(DAY);
        assertThat(ramp.told().withoutSubdomains()).containsExactly("intra.example.com", "old.example.com");
        ramp.served("old.example.com", HstsRampTest::below);
        ramp.served("intra.example.com", HstsRampTest::below);
        ramp.requested("old.example.com", false, HstsRampTest::below);
        ramp.look();
        assertThat(ramp.header()).as("they answer by TLS now").isEqualTo(DAY + "; includeSubDomains");
    }

    @Test
    void aSilentSubdomainIsForgottenAfterAMonthAndKeptOverRestarts() throws Exception {
        HstsConfig config = HstsHours.config(dir, 365, true);
        HstsRamp ramp = ramp(config);
        hours.goodDays(ramp, 2);
        ramp.requested("old.example.com", false, HstsRampTest::below);
        hours.goodHour(ramp);
        HstsRamp again = ramp(config);
        assertThat(again.header()).isEqualTo(DAY);
        hours.goodDays(again, 31);
        assertThat(again.told().withoutSubdomains()).isEmpty();
        assertThat(again.header()).endsWith("; includeSubDomains");
    }

    @Test
    void whoMakesUpNamesFillsNoMemoryAndHoldsOnlySubdomainsBack() throws Exception {
        HstsRamp ramp = ramp(HstsHours.config(dir, 365, true));
        hours.goodDays(ramp, 2);
        for (int i = 0; i < 50_000; i++) {
            ramp.requested("a" + i + ".example.com", false, HstsRampTest::below);
            ramp.requested("../\n" + i + ".example.com", true, HstsRampTest::below);
        }
        for (int i = 0; i < 300_000; i++) {
            ramp.requested("example.com", true, HstsRampTest::below);
        }
        hours.goodHour(ramp);
        assertThat(ramp.header()).isEqualTo(DAY);
        assertThat(ramp.told().withoutSubdomains()).containsExactly("more than 1000 names were asked for");
        assertThat(ramp.told().sentence()).hasSizeLessThan(400);
        assertThat(Files.size(dir.resolve("public.hsts"))).isLessThan(200_000);
    }

    private HstsRamp ramp(HstsConfig config) {
        return new HstsRamp("public", config, hours);
    }

    private static boolean below(String name) {
        return name.endsWith(".example.com");
    }

    private List<String> warnings() {
        return lines.list.stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }
}

package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp);
    }

    @ParameterizedTest
    @CsvSource({"500 ms,500", "500ms,500", "1.5 s,1500", "2 minutes,120000", "1h,3600000", "3 seconds,3000"})
    void durationsHaveUnits(String written, long millis) {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "drain.timeout = " + written + "\n");
        assertThat(config.process().drainTimeout()).hasMillis(millis);
    }

    @Test
    void durationWithoutAUnitIsRefused() {
        assertThat(folder.problemsOf("drain.timeout = 30"))
                .containsExactly("x.conf:4: drain.timeout: expected a duration from 1 ms to 1 h, found \"30\" without a"
                        + " unit; write the unit: 30 s, 30 ms, …");
    }

    @Test
    void durationWithAnUnknownUnitIsRefused() {
        assertThat(folder.problemsOf("drain.timeout = 30 sek"))
                .containsExactly(
                        "x.conf:4: drain.timeout: expected a duration from 1 ms to 1 h, found \"30 sek\" with an"
                                + " unknown unit; the units are ms, s, m, h, d");
    }

    @Test
    void durationOutOfRangeIsRefused() {
        assertThat(folder.problemsOf("drain.timeout = 2 h"))
                .containsExactly("x.conf:4: drain.timeout: expected a duration from 1 ms to 1 h, found \"2 h\"; write a"
                        + " value within the range");
    }

    @Test
    void durationThatIsAWordIsRefused() {
        assertThat(folder.problemsOf("drain.timeout = long"))
                .containsExactly(
                        "x.conf:4: drain.timeout: expected a duration from 1 ms to 1 h, found \"long\"; write a"
                                + " number and a unit: ms, s, m, h, d");
    }

    @Test
    void zeroIsNoTimeout() {
        assertThat(folder.problemsOf("timeouts.keep-alive = 0 s"))
                .containsExactly(
                        "x.conf:4: timeouts.keep-alive: expected a duration from 1 ms to 1 d, found \"0 s\": 0 is"
                                + " neither \"at once\" nor \"unlimited\"; write 1 ms or more");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limits.request-body",
                "limits.connections-per-address",
                "defaults.upstream.max-waiting",
                "defaults.upstream.max-idle"
            })
    void zeroIsRefusedWhereOffIsMeant(String key) {
        assertThat(folder.problemsOf(key + " = 0"))
                .containsExactly("x.conf:4: " + key + ": expected an amount or off, found 0; write off");
    }

    @Test
    void zeroIsRefusedWhereAutoIsMeant() {
        assertThat(folder.problemsOf("limits.connections = 0"))
                .containsExactly("x.conf:4: limits.connections: expected an amount or auto, found 0; write auto");
    }

    @Test
    void offMeansNoLimit() {
        Limits limits = folder.config(ConfigFolder.GOOD + "limits.connections-per-address = off")
                .limits();
        assertThat(limits.requestBody()).isEqualTo(Limits.UNLIMITED);
        assertThat(limits.connectionsPerAddress()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @CsvSource({"1024,1024", "8 KiB,8192", "8K,8192", "8kB,8000", "1 MiB,1048576", "1.5 KiB,1536"})
    void sizesHaveUnitsOrAreBytes(String written, int bytes) {
        PortcullisConfig config = folder.config(ConfigFolder.GOOD + "limits.header-bytes = " + written + "\n");
        assertThat(config.limits().headerBytes()).isEqualTo(bytes);
    }

    @Test
    void sizeOutOfRangeIsRefused() {
        assertThat(folder.problemsOf("limits.header-bytes = 1 GiB"))
                .containsExactly(
                        "x.conf:4: limits.header-bytes: expected a size from 256 B to 16 MiB, found 1 GiB; write a"
                                + " value within the range");
    }

    @Test
    void sizeWithAnUnknownUnitIsRefused() {
        assertThat(folder.problemsOf("limits.header-bytes = 1 s"))
                .containsExactly(
                        "x.conf:4: limits.header-bytes: expected a size from 256 B to 16 MiB, found \"1 s\"; write"
                                + " a number and a unit: B, KiB, MiB, GiB, kB, MB, GB");
    }

    @Test
    void numberThatIsAWordIsRefused() {
        assertThat(folder.problemsOf("limits.header-count = many"))
                .containsExactly(
                        "x.conf:4: limits.header-count: expected a whole number from 8 to 10000, found \"many\";"
                                + " write digits only");
    }

    @Test
    void numberOutOfRangeIsRefusedAndTheWordIsOffered() {
        assertThat(folder.problemsOf("runtime.event-loops = 4000"))
                .containsExactly("x.conf:4: runtime.event-loops: expected a whole number from 1 to 1024, found 4000, or"
                        + " auto; write a value within the range");
    }

    @Test
    void wordThatIsNoChoiceIsRefused() {
        assertThat(folder.problemsOf("runtime.transport = io-uring"))
                .containsExactly("x.conf:4: runtime.transport: expected one of auto, epoll, io_uring, nio, found"
                        + " \"io-uring\"; did you mean \"io_uring\"?");
    }

    @Test
    void flagThatIsNeitherIsRefused() {
        assertThat(folder.problemsOf("reload.watch = sometimes"))
                .containsExactly("x.conf:4: reload.watch: expected on or off, found \"sometimes\"; write on or off");
    }

    @ParameterizedTest
    @CsvSource({"upstraem,upstream,1", "kitten,sitting,3", "a,,1", "same,same,0"})
    void distanceCountsSwapsAsOne(String a, String b, int distance) {
        assertThat(Spelling.distance(a, b == null ? "" : b)).isEqualTo(distance);
    }
}

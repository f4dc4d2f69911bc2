package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.soak.AllocationCount;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.RunningProgram;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one keep-alive request makes the event loop allocate: counted in a process of its own, not timed. */
class AllocationTest {
    private static final Pattern COUNT = Pattern.compile("bytes a request: ([0-9]+)");

    /** The bounds are 4 % above what was counted on Temurin 25.0.3: 3,216 and 4,472. */
    @ParameterizedTest
    @CsvSource({"HTTP_1_1, 3345", "HTTP_2, 4650"})
    void aKeepAliveRequestAllocatesNoMoreThanItDid(String version, long bound, TestReporter reporter) {
        RunningProgram.Ended counted = Programs.start(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AllocationCount.class.getName(),
                        version)
                .end(Duration.ofMinutes(2))
                .ok();

        Matcher found = COUNT.matcher(counted.stdout());
        assertThat(found.find()).as(counted.stdout()).isTrue();
        reporter.publishEntry("bytes a " + version + " request", found.group(1));
        assertThat(Long.parseLong(found.group(1)))
                .as(
                        "Bytes that an event loop allocates for one request over %s. To see what grew: jcmd PID JFR.start"
                                + " settings=profile under load, and jdk.ObjectAllocationSample of the threads loop-*",
                        version)
                .isLessThanOrEqualTo(bound)
                .isGreaterThan(bound / 2);
    }
}

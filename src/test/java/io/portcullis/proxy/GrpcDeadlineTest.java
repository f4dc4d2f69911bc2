package io.portcullis.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a gRPC client waits. */
class GrpcDeadlineTest {
    @Test
    void everyUnitIsRead() {
        assertThat(GrpcDeadline.read("2H")).isEqualTo(Duration.ofHours(2));
        assertThat(GrpcDeadline.read("3M")).isEqualTo(Duration.ofMinutes(3));
        assertThat(GrpcDeadline.read("15S")).isEqualTo(Duration.ofSeconds(15));
        assertThat(GrpcDeadline.read("250m")).isEqualTo(Duration.ofMillis(250));
        assertThat(GrpcDeadline.read("99999u")).isEqualTo(Duration.ofNanos(99_999_000));
        assertThat(GrpcDeadline.read("99999999n")).isEqualTo(Duration.ofNanos(99_999_999));
    }

    @Test
    void theLongestAndTheShortestAreBounded() {
        assertThat(GrpcDeadline.read("99999999H")).isEqualTo(Duration.ofNanos(Long.MAX_VALUE));
        assertThat(GrpcDeadline.read("0S")).isEqualTo(Duration.ofMillis(1));
        assertThat(GrpcDeadline.read("1n")).isEqualTo(Duration.ofMillis(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "S", "5", "5s", "-5S", "+5S", "5.0S", " 5S", "5 S", "123456789S", "5SS"})
    void anythingElseIsNone(String value) {
        assertThat(GrpcDeadline.read(value)).isZero();
    }
}

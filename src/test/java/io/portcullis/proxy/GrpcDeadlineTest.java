package io.portcullis.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.http.Fields;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({
        "5000000000, 5000m",
        "1999999, 1m",
        "3, 1m",
        "-7, 1m",
        "86400000000000, 86400000m",
        "172800000000000, 172800S"
    })
    void whatRemainsIsToldInEightDigitsAtMostAndIsNeverNothing(long nanos, String told) {
        Fields fields = Fields.create().add("grpc-timeout", "9H").add("te", "trailers");
        assertThat(GrpcDeadline.with(fields, nanos).first("grpc-timeout")).isEqualTo(told);
        assertThat(GrpcDeadline.with(fields, nanos).all("te")).containsExactly("trailers");
        assertThat(fields.first("grpc-timeout")).isEqualTo("9H");
    }
}

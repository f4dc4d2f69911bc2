package io.portcullis.proxy;

import io.netty.util.AsciiString;
import io.portcullis.http.Fields;
import io.portcullis.http.RequestHead;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The time that a gRPC client gives its call, {@code grpc-timeout}: up to eight digits and a unit. The backend is told, too. */
final class GrpcDeadline {
    private static final AsciiString FIELD = AsciiString.cached("grpc-timeout");
    private static final AsciiString TYPE = AsciiString.cached("content-type");
    private static final int MOST_DIGITS = 8;
    private static final long MOST_NUMBER = 99_999_999;

    /** A shorter time has passed before anybody could be asked. */
    private static final Duration LEAST = Duration.ofMillis(1);

    private GrpcDeadline() {}

    /** Zero where there is none, or none that can be read, or the request is no gRPC. */
    static Duration of(RequestHead head) {
        String value = head.fields().first(FIELD);
        if (value == null) {
            return Duration.ZERO;
        }
        String type = head.fields().first(TYPE);
        return type != null && type.startsWith("application/grpc") ? read(value) : Duration.ZERO;
    }

    /** What the field says; null where there is none. */
    static @Nullable String text(RequestHead head) {
        return head.fields().first(FIELD);
    }

    /** {@code fields} with so much time in place of what they say; never nothing, which would be no time limit. */
    static Fields with(Fields fields, long nanos) {
        long millis = Math.max(LEAST.toMillis(), TimeUnit.NANOSECONDS.toMillis(nanos));
        String text = millis <= MOST_NUMBER ? millis + "m" : Math.min(MOST_NUMBER, millis / 1000) + "S";
        return fields.copy().set(FIELD, text);
    }

    static Duration read(String value) {
        int digits = value.length() - 1;
        if (digits < 1 || digits > MOST_DIGITS) {
            return Duration.ZERO;
        }
        long number = 0;
        for (int i = 0; i < digits; i++) {
            char digit = value.charAt(i);
            if (digit < '0' || digit > '9') {
                return Duration.ZERO;
            }
            number = number * 10 + digit - '0';
        }
        TimeUnit unit =
                switch (value.charAt(digits)) {
                    case 'H' -> TimeUnit.HOURS;
                    case 'M' -> TimeUnit.MINUTES;
                    case 'S' -> TimeUnit.SECONDS;
                    case 'm' -> TimeUnit.MILLISECONDS;
                    case 'u' -> TimeUnit.MICROSECONDS;
                    case 'n' -> TimeUnit.NANOSECONDS;
                    default -> null;
                };
        if (unit == null) {
            return Duration.ZERO;
        }
        // Hours of eight digits are more than nanoseconds can count: toNanos stops at the largest.
        Duration time = Duration.ofNanos(unit.toNanos(number));
        return time.compareTo(LEAST) < 0 ? LEAST : time;
    }
}

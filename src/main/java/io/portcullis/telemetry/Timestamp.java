package io.portcullis.telemetry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times in UTC, made once a second: most lines of a busy proxy share it. One thread. */
final class Timestamp {
    private final DateTimeFormatter format;
    private long second = Long.MIN_VALUE;
    private byte[] text = {};

    /**
     * @param pattern down to seconds, ASCII
     */
    Timestamp(String pattern) {
        format = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    /** The second that {@code epochMillis} falls into; the array is not to be changed. */
    byte[] second(long epochMillis) {
        long wanted = Math.floorDiv(epochMillis, 1000L);
        if (wanted != second) {
            second = wanted;
            text = format.format(Instant.ofEpochSecond(wanted)).getBytes(StandardCharsets.US_ASCII);
        }
        return text;
    }
}

package io.portcullis.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code Date} field's value (RFC 9110 §5.6.7), made once a second. One for a loop. */
@io.portcullis.net.OnLoop
public final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private long second = -1;
    private String text = "";

    /** Now. */
    public String now() {
        long current = System.currentTimeMillis() / 1000;
        if (current != second) {
            second = current;
            text = FORMAT.format(Instant.ofEpochSecond(current));
        }
        return text;
    }
}

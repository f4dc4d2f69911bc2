package io.portcullis.telemetry;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** The field {@code traceparent} (W3C Trace Context §3.2) of a trace that begins here and of which nothing is recorded. */
final class TraceParent {
    private static final HexFormat HEX = HexFormat.of();

    private TraceParent() {}

    /** A new one: not sampled, and made at random (flags 02, level 2 §3.2.2.5). */
    static String unrecorded() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "00-" + HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(notZero(random)) + "-"
                + HEX.toHexDigits(notZero(random)) + "-02";
    }

    /** All zeroes are no id. */
    private static long notZero(ThreadLocalRandom random) {
        long drawn;
        do {
            drawn = random.nextLong();
        } while (drawn == 0);
        return drawn;
    }
}

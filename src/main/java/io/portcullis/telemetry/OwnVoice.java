package io.portcullis.telemetry;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps libraries that log by themselves, by {@code java.util.logging}, from telling again what {@link CollectorWatch} tells once. */
final class OwnVoice {
    // Held: the JDK forgets the level of a logger that nobody holds.
    private static final Logger OPEN_TELEMETRY = Logger.getLogger("io.opentelemetry");

    private OwnVoice() {}

    static void muteOpenTelemetry() {
        OPEN_TELEMETRY.setLevel(Level.OFF);
    }
}

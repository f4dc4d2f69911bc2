package io.portcullis.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One line for each exchange.
 *
 * @param file where it goes; null for standard output
 * @param queue lines that may wait for the writer, 64 to 1048576; further ones are dropped and counted
 * @param ja4 whether JSON lines tell the fingerprint of the client's TLS
 */
public record AccessLogConfig(Format format, @Nullable Path file, int queue, boolean ja4) {
    /** Whether any line has the fingerprint. */
    public boolean tellsJa4() {
        return ja4 && format == Format.JSON;
    }

    /** How a line looks. */
    public enum Format {
        JSON,
        COMBINED,
        OFF
    }
}

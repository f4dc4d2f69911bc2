package io.portcullis.telemetry;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of the two text formats a scraper gets, by its {@code Accept} (RFC 9110 §12.5.1, as far as two formats need it). */
final class Exposition {
    static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private Exposition() {}

    /** OpenMetrics where it is named and not weighted below Prometheus text. */
    static String contentType(@Nullable String accept) {
        if (accept == null) {
            return PROMETHEUS;
        }
        String[] ranges = accept.toLowerCase(Locale.ROOT).split(",", -1);
        double open = weight(ranges, "application/openmetrics-text");
        return open > 0 && open >= weight(ranges, "text/plain") ? OPEN_METRICS : PROMETHEUS;
    }

    private static double weight(String[] ranges, String type) {
        double best = 0;
        for (String range : ranges) {
            String[] parts = range.split(";", -1);
            if (parts[0].strip().equals(type)) {
                best = Math.max(best, quality(parts));
            }
        }
        return best;
    }

    private static double quality(String[] parts) {
        for (String part : parts) {
            String parameter = part.strip();
            if (parameter.startsWith("q=")) {
                return parsed(parameter.substring(2));
            }
        }
        return 1;
    }

    private static double parsed(String quality) {
        try {
            return Double.parseDouble(quality);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }
}

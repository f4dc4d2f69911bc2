package io.portcullis.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads how many requests an upstream is given at once. */
final class AdaptiveReader {
    private AdaptiveReader() {}

    /** @param node null: any number */
    static @Nullable AdaptiveConfig read(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        AdaptiveConfig limit = new AdaptiveConfig(
                node.value("min", Units.integer(1, 100_000)),
                node.value("initial", Units.integer(1, 1_000_000)),
                node.value("max", Units.integer(1, 1_000_000)),
                node.value("tolerance", Units.percent(101, 1000)),
                node.value("window", Units.duration(Duration.ofMillis(10), Duration.ofSeconds(10))),
                node.value("remeasure", Units.duration(Duration.ofSeconds(1), Duration.ofHours(1))));
        if (limit.max() < limit.min()) {
            node.error("max", "less than min", "write " + limit.min() + " or more");
        } else if (limit.initial() < limit.min() || limit.initial() > limit.max()) {
            node.error("initial", "not from min to max", "write a number from " + limit.min() + " to " + limit.max());
        }
        node.finish();
        return limit;
    }
}

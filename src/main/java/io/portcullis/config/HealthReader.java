package io.portcullis.config;

import io.portcullis.config.HealthConfig.Ejection;
import java.time.Duration;
import java.util.List;

/** Reads when an upstream's endpoints are left out. */
final class HealthReader {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration TENTH = Duration.ofMillis(100);

    private HealthReader() {}

    static HealthConfig read(Node node) {
        return new HealthConfig(
                ejection(node.block("ejection")),
                node.value("slow-start", Units.or("off", Duration.ZERO, Units.duration(Duration.ofMillis(1), HOUR))));
    }

    private static Ejection ejection(Node node) {
        List<Integer> statuses = node.each("statuses", Units.integer(500, 599));
        Ejection ejection = new Ejection(
                node.value("failures", Units.or("off", 0, Units.integer(1, 1000))),
                node.value("failure-ratio", Units.or("off", 0, Units.percent(1, 100))),
                node.value("min-requests", Units.integer(1, 100_000)),
                node.value("window", Units.duration(Duration.ofSeconds(1), Duration.ofMinutes(10))),
                statuses,
                node.value("time", Units.duration(TENTH, HOUR)),
                node.value("longest", Units.duration(TENTH, DAY)),
                node.value("most-ejected", Units.percent(1, 100)));
        if (ejection.longest().compareTo(ejection.time()) < 0) {
            node.error("longest", "shorter than time", "write a longer one");
        }
        node.finish();
        return ejection;
    }
}

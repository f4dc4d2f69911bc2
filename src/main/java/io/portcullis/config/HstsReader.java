package io.portcullis.config;

import io.portcullis.config.HstsConfig.Mode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Reads {@code tls.<name>.hsts}. */
final class HstsReader {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration DAY = Duration.ofDays(1);
    private static final ValueReader<Duration> MAX_AGE = Units.duration(Duration.ZERO, Duration.ofDays(36_500));
    private static final Map<String, Mode> MODES =
            Map.of("fixed", Mode.FIXED, "ramp", Mode.RAMP, "retire", Mode.RETIRE);

    private HstsReader() {}

    static HstsConfig read(Node node) {
        Mode mode = node.value("mode", Units.choice(MODES));
        Duration maxAge = node.value("max-age", MAX_AGE);
        boolean subdomains = node.value("include-subdomains", Units::flag);
        boolean preload = node.value("preload", Units::flag);
        HstsConfig.Ramp ramp = ramp(node.block("ramp"), mode);
        switch (mode) {
            case FIXED -> fixed(node, maxAge, subdomains, preload);
            case RAMP -> climbing(node, maxAge, preload);
            case RETIRE -> retired(node);
        }
        node.finish();
        return new HstsConfig(mode, maxAge, subdomains, preload, ramp);
    }

    private static HstsConfig.Ramp ramp(Node node, Mode mode) {
        Path state = node.optional("state-dir", FileState::path);
        int failures = node.value("most-failures", Units.percent(0, 50));
        int plain = node.value("most-plain", Units.percent(0, 100));
        if (state != null && mode == Mode.RAMP) {
            FileRules.folder(node, "state-dir", state);
        } else if (mode == Mode.RAMP) {
            node.warn(
                    2,
                    "state-dir",
                    "the ramp begins anew at 5 min with each start, and shortens what browsers had been told",
                    "name a folder that outlives restarts");
        }
        node.finish();
        return new HstsConfig.Ramp(state, failures, plain);
    }

    private static void fixed(Node node, Duration maxAge, boolean subdomains, boolean preload) {
        if (preload && !subdomains) {
            node.error(
                    "preload",
                    "the preload list takes only hosts with include-subdomains",
                    "write include-subdomains = true, or preload = false");
        }
        if (preload && maxAge.compareTo(YEAR) < 0) {
            node.error(
                    "preload",
                    "the preload list takes only hosts with a max-age of one year or more",
                    "write max-age = 365 days, or preload = false");
        }
        if (maxAge.compareTo(DAY) < 0) {
            node.warn(
                    2,
                    "max-age",
                    "browsers forget after " + Units.show(maxAge) + ": hardly any protection",
                    "write max-age = 365 days once HTTPS is known to work");
        }
        if (subdomains) {
            node.warn(
                    3,
                    "include-subdomains",
                    "every subdomain, on every port, must answer by HTTPS as long as browsers remember ("
                            + Units.show(maxAge) + ")",
                    "make sure of each subdomain, inner ones too, before you keep this");
        }
    }

    private static void climbing(Node node, Duration maxAge, boolean preload) {
        if (preload) {
            node.error(
                    "preload",
                    "a place in the browsers' lists cannot be had in steps",
                    "write preload = true with mode = fixed, once the ramp has come to its end");
        }
        if (maxAge.compareTo(DAY) < 0) {
            node.error(
                    "max-age", "a ramp that ends so low climbs nowhere", "write max-age = 365 days, or mode = fixed");
        }
    }

    private static void retired(Node node) {
        node.warn(
                2,
                "mode",
                "browsers are told to forget (max-age=0), each at its next visit by HTTPS; one that does not come insists on HTTPS"
                        + " until the longest age that it was ever sent is over, and the browsers' built-in lists know nothing"
                        + " of it",
                "go on answering by HTTPS for that long (365 days, if it was that), have a preloaded host removed from the list"
                        + " first, and only then remove hsts");
    }
}

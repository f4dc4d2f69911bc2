package io.portcullis.config;

import io.portcullis.config.HealthConfig.Check;
import io.portcullis.config.HealthConfig.Ejection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads when an upstream's endpoints are left out. */
final class HealthReader {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration TENTH = Duration.ofMillis(100);

    private static final Pattern STATUSES = Pattern.compile("(\\d{3})(?:\\s*-\\s*(\\d{3}))?");
    private static final Pattern PATH = Pattern.compile("/[!-~]{0,1023}");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._\\-\\[\\]:]{1,255}");

    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9_.]{0,100}");
    private static final ValueReader<Check.By> BY = Units.choice(
            Map.of("http", Check.By.HTTP, "tcp", Check.By.TCP, "tls", Check.By.TLS, "grpc", Check.By.GRPC));

    private HealthReader() {}

    static HealthConfig read(Node node) {
        return new HealthConfig(
                ejection(node.block("ejection")),
                check(node.optionalBlock("check")),
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
                node.value("most-ejected", Units.percent(1, 100)),
                node.value("slow-factor", Units.or("off", 0, Units.integer(2, 100))));
        if (ejection.longest().compareTo(ejection.time()) < 0) {
            node.error("longest", "shorter than time", "write a longer one");
        }
        node.finish();
        return ejection;
    }

    private static @Nullable Check check(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        int[] statuses = node.value("status", HealthReader::statuses);
        Check check = new Check(
                node.value("by", BY),
                node.value("service", HealthReader::service),
                node.value("path", HealthReader::path),
                node.optional("host", HealthReader::host),
                statuses[0],
                statuses[1],
                node.optional("body", Setting::text),
                node.value("interval", Units.duration(TENTH, HOUR)),
                node.value("timeout", Units.duration(Duration.ofMillis(10), Duration.ofMinutes(1))),
                node.value("rise", Units.integer(1, 100)),
                node.value("fall", Units.integer(1, 100)));
        node.finish();
        return check;
    }

    private static String service(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (!SERVICE.matcher(text).matches()) {
            throw new Refusal(
                    "expected a gRPC service, found \"" + text + "\"", "write for example \"shop.v1.Orders\", or \"\"");
        }
        return text;
    }

    private static int[] statuses(Setting setting) throws Refusal {
        String text = setting.text().strip();
        Matcher range = STATUSES.matcher(text);
        if (range.matches()) {
            int min = Integer.parseInt(range.group(1));
            int max = range.group(2) == null ? min : Integer.parseInt(range.group(2));
            if (min >= 200 && max >= min && max <= 599) {
                return new int[] {min, max};
            }
        }
        throw new Refusal(
                "expected a status or a range of them, 200 to 599, found \"" + text + "\"", "write 200 or 200-399");
    }

    private static String path(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (!PATH.matcher(text).matches()) {
            throw new Refusal(
                    "expected a path to ask for, found \"" + text + "\"",
                    "write for example \"/healthz\": printable, no spaces, at most 1024 characters");
        }
        return text;
    }

    private static String host(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (!HOST.matcher(text).matches()) {
            throw new Refusal(
                    "expected a host, found \"" + text + "\"", "write for example app.internal or app.internal:8080");
        }
        return text;
    }
}

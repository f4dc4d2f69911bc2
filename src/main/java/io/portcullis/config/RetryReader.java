package io.portcullis.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads when an upstream's requests are sent once more. */
final class RetryReader {
    private static final List<String> WORDS = List.of("connect", "closed", "timeout");

    private RetryReader() {}

    /** @param hedge null where there is no such block */
    static RetryConfig read(Node node, @Nullable Node hedge) {
        List<String> on = node.each("on", RetryReader::condition);
        RetryConfig retries = new RetryConfig(
                node.value("most", Units.or("off", 0, Units.integer(1, 10))),
                on.contains("connect"),
                on.contains("closed"),
                on.contains("timeout"),
                on.stream()
                        .filter(word -> !WORDS.contains(word))
                        .map(Integer::valueOf)
                        .toList(),
                node.value("budget", Units.percent(1, 1000)),
                node.value("budget-min", Units.integer(1, 100_000)),
                hedge == null ? null : hedge(hedge));
        node.finish();
        return retries;
    }

    private static HedgeConfig hedge(Node node) {
        HedgeConfig hedge = new HedgeConfig(
                node.value("after", Units.duration(Duration.ofMillis(1), Duration.ofMinutes(1))),
                node.value("most", Units.integer(1, 5)));
        node.finish();
        return hedge;
    }

    private static String condition(Setting setting) throws Refusal {
        String text = setting.text().strip();
        if (!WORDS.contains(text) && !text.matches("5\\d\\d")) {
            throw new Refusal(
                    "expected a reason to send a request once more, found \"" + text + "\"",
                    "write connect, closed, timeout, or a status from 500 to 599");
        }
        return text;
    }
}

package io.portcullis.testkit;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code GET /metrics} said once.
 *
 * @param samples in the order they stood
 */
public record Scrape(List<Sample> samples) {
    private static final Pattern LINE = Pattern.compile("^([A-Za-z_:][\\w:]*)(\\{.*})? (\\S+).*$");

    /**
     * One line.
     *
     * @param name as Prometheus spells it
     * @param labels between the braces, braces included; empty where there are none
     * @param value the number
     */
    public record Sample(String name, String labels, double value) {}

    /** Asks the admin listener at {@code port} of 127.0.0.1. */
    public static Scrape of(int port) throws IOException {
        try (RawClient client = RawClient.plain(port)) {
            return over(client, "Connection: close\r\n");
        }
    }

    /** Asks on {@code admin}, which stays open: whoever counts connections again and again must not make new ones. */
    public static Scrape over(RawClient admin) throws IOException {
        return over(admin, "");
    }

    private static Scrape over(RawClient admin, String fields) throws IOException {
        admin.send("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "\r\n");
        RawResponse response = admin.readResponse();
        if (response.status() != 200) {
            throw new AssertionError("GET /metrics: status " + response.status() + " (expected: 200)");
        }
        return parse(response.body());
    }

    static Scrape parse(String text) {
        return new Scrape(text.lines()
                .filter(line -> !line.startsWith("#"))
                .map(LINE::matcher)
                .filter(Matcher::matches)
                .map(Scrape::sample)
                .toList());
    }

    private static Sample sample(Matcher line) {
        String labels = line.group(2) == null ? "" : line.group(2);
        return new Sample(
                line.group(1), labels, Double.parseDouble(line.group(3).replace("+Inf", "Infinity")));
    }

    /** The sum over all series of {@code name} whose labels contain every one of {@code labels}, written {@code route="app"}. */
    public double sum(String name, String... labels) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name))
                .filter(sample -> List.of(labels).stream().allMatch(sample.labels()::contains))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** Every gauge of work in flight, but the admin listener's own: its exchange is the one that asks. */
    public List<Sample> inFlight() {
        return samples.stream()
                .filter(sample -> sample.name().toLowerCase(Locale.ROOT).matches(".*in_?flight.*"))
                .filter(sample -> !sample.labels().contains("=\"admin\""))
                .toList();
    }
}

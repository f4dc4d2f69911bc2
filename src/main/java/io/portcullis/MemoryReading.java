package io.portcullis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Native memory, read off one scrape, and who may hold it.
 *
 * @param facts name and value, in the order told
 * @param suspects what is suspicious, with what to do; empty: nothing
 */
record MemoryReading(Map<String, String> facts, List<String> suspects) {
    private static final Pattern SAMPLE =
            Pattern.compile("(?m)^(portcullis_[a-z0-9_]+)(?:\\{([^\\n]*)})? ([0-9.eE+-]+)$");
    /** As docs/meters.md has it for an alert. */
    private static final double FULL = 0.7;
    /** Netty's pools keep this much without any use of it: some chunks for each event loop. */
    private static final double AT_REST = 256 << 20;

    static MemoryReading of(String whole) {
        // Whoever asks is a client of the admin listener himself.
        String scrape = whole.replaceAll("(?m)^.*\\{[^\\n]*listener=\"admin\".*$", "");
        double used = sum(scrape, "portcullis_direct_memory_used_bytes", "");
        double limit = sum(scrape, "portcullis_direct_memory_limit_bytes", "");
        double clients = sum(scrape, "portcullis_listener_connections", "");
        double flights = sum(scrape, "portcullis_requests_in_flight", "");
        double busy = sum(scrape, "portcullis_endpoint_connections", "state=\"busy\"");
        double waiting = sum(scrape, "portcullis_upstream_waiting", "");
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("native memory", mib(used) + " of " + mib(limit) + " that Netty may hold");
        facts.put(
                "clients",
                number(clients) + " connections" + most(scrape, "portcullis_listener_connections", "listener"));
        facts.put("requests", number(flights) + " in flight" + most(scrape, "portcullis_requests_in_flight", "route"));
        facts.put("backends", number(busy) + " busy connections, " + number(waiting) + " exchanges waiting");
        List<String> suspects = new ArrayList<>();
        if (limit > 0 && used > FULL * limit) {
            suspects.add("native memory is " + Math.round(100 * used / limit)
                    + " % full: raise -XX:MaxDirectMemorySize, or lower"
                    + " limits.connections; at 100 % connections are closed");
        }
        if (clients + flights + busy == 0 && used > AT_REST) {
            suspects.add("nobody is served and " + mib(used)
                    + " are held: look twice, some minutes apart; if it grows, run with"
                    + " -Dio.netty.leakDetection.level=paranoid and report the log's LEAK lines");
        }
        if (flights > 0 && used > AT_REST && used / flights > 1 << 20) {
            suspects.add("each request in flight holds " + mib(used / flights) + ": slow readers of large bodies"
                    + most(scrape, "portcullis_requests_in_flight", "route") + "; see timeouts and http2 windows");
        }
        return new MemoryReading(facts, suspects);
    }

    private static double sum(String scrape, String meter, String tag) {
        return SAMPLE.matcher(scrape)
                .results()
                .filter(each -> each.group(1).equals(meter)
                        && String.valueOf(each.group(2)).contains(tag))
                .mapToDouble(each -> Double.parseDouble(each.group(3)))
                .sum();
    }

    /** Where most of it is, and how much; empty where there is none. */
    private static String most(String scrape, String meter, String tag) {
        String name = "";
        double top = 0;
        Matcher samples = SAMPLE.matcher(scrape);
        while (samples.find()) {
            double value = Double.parseDouble(samples.group(3));
            Matcher label = Pattern.compile(tag + "=\"([^\"]*)\"").matcher(String.valueOf(samples.group(2)));
            if (samples.group(1).equals(meter) && value > top && label.find()) {
                top = value;
                name = ", most at " + label.group(1) + " (" + number(value) + ")";
            }
        }
        return name;
    }

    private static String mib(double bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (1 << 20));
    }

    private static String number(double value) {
        return Long.toString(Math.round(value));
    }

    /** The verdict first. */
    String text() {
        StringBuilder out =
                new StringBuilder(suspects.isEmpty() ? "memory: nothing suspicious\n" : "memory: suspicious\n");
        suspects.forEach(each -> out.append("  suspect        ").append(each).append('\n'));
        facts.forEach((name, value) -> out.append(String.format("  %-14s %s%n", name, value)));
        return out.toString();
    }
}

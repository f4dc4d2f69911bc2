package io.portcullis.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which types of answers a request takes, as its {@code Accept} says (RFC 9110 §12.5.1). Parameters of a type do not tell ranges apart:
 * only the weight of a range is looked at.
 */
public final class Accept {
    /** The weight of a range that has none, in thousandths. */
    private static final int FULL = 1000;

    private static final Pattern RANGE = Pattern.compile("\\s*([^/;,\\s]+)/([^/;,\\s]+)\\s*(?:;(.*))?", Pattern.DOTALL);
    private static final Pattern WEIGHT =
            Pattern.compile("(?:^|;)\\s*[qQ]=(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)\\s*(?:;|$)");

    /** One range, in lower case; the weight in thousandths. */
    private record Range(String type, String subtype, int weight) {
        /** How closely it fits: 0 not at all, 3 by both names. */
        int closeness(String mediaType) {
            if (mediaType.equals(type + "/" + subtype)) {
                return 3;
            }
            if (!subtype.equals("*")) {
                return 0;
            }
            return type.equals("*") ? 1 : mediaType.startsWith(type + "/") ? 2 : 0;
        }
    }

    private final List<Range> ranges = new ArrayList<>(4);

    private Accept() {}

    public static Accept of(RequestHead head) {
        Accept accept = new Accept();
        for (String line : head.fields().all("accept")) {
            for (String range : line.split(",", -1)) {
                accept.add(range);
            }
        }
        return accept;
    }

    private void add(String range) {
        Matcher matcher = RANGE.matcher(range.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            String parameters = matcher.group(3);
            ranges.add(new Range(matcher.group(1), matcher.group(2), parameters == null ? FULL : weight(parameters)));
        }
    }

    /** A weight that is none counts as none. */
    private static int weight(String parameters) {
        Matcher matcher = WEIGHT.matcher(parameters);
        return matcher.find() ? (int) Math.round(Double.parseDouble(matcher.group(1)) * FULL) : FULL;
    }

    /**
     * Whether an answer of this type is taken: by the range that fits closest, and where nothing is said at all.
     *
     * @param mediaType for example {@code text/html; charset=utf-8}
     */
    public boolean takes(String mediaType) {
        String bare = mediaType.replaceFirst("\\s*;.*", "").toLowerCase(Locale.ROOT);
        int closest = ranges.isEmpty() ? 1 : 0;
        int weight = ranges.isEmpty() ? FULL : 0;
        for (Range range : ranges) {
            int closeness = range.closeness(bare);
            if (closeness > closest || closeness == closest && closeness > 0 && range.weight > weight) {
                closest = closeness;
                weight = range.weight;
            }
        }
        return weight > 0;
    }

    /**
     * How much types are wanted that are spelt out; ranges with a star do not count.
     *
     * @param type hears of types in lower case
     * @return the largest weight among them, in thousandths; 0 where there is none
     */
    public int named(Predicate<String> type) {
        int most = 0;
        for (Range range : ranges) {
            if (range.weight > most && !range.subtype.equals("*") && type.test(range.type + "/" + range.subtype)) {
                most = range.weight;
            }
        }
        return most;
    }

    /** Whether HTML is asked for by name, as browsers do for pages. */
    public boolean namesHtml() {
        return named("text/html"::equals) > 0;
    }
}

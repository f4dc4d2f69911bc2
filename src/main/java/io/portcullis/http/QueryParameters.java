package io.portcullis.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads parameters of a query, as forms write them: {@code a=b&c}, {@code +} for a blank, triplets of UTF-8. */
public final class QueryParameters {
    private QueryParameters() {}

    /** Every value of {@code name}, in order, decoded; empty for one without {@code =}. */
    public static List<String> all(@Nullable String query, String name) {
        List<String> values = new ArrayList<>(1);
        int at = 0;
        while (query != null && at <= query.length()) {
            int amp = query.indexOf('&', at);
            int end = amp < 0 ? query.length() : amp;
            int equal = query.indexOf('=', at);
            int nameEnd = equal < 0 || equal > end ? end : equal;
            if (end > at && decoded(query, at, nameEnd).equals(name)) {
                values.add(nameEnd == end ? "" : decoded(query, nameEnd + 1, end));
            }
            at = end + 1;
        }
        return values;
    }

    private static String decoded(String query, int from, int to) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(to - from);
        for (int i = from; i < to; i++) {
            char c = query.charAt(i);
            int high = c == '%' && i + 2 < to ? Character.digit(query.charAt(i + 1), 16) : -1;
            int low = high >= 0 ? Character.digit(query.charAt(i + 2), 16) : -1;
            if (low >= 0) {
                out.write(high * 16 + low);
                i += 2;
            } else {
                out.write(c == '+' ? ' ' : c);
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}

package io.portcullis.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one cookie of a request (RFC 6265 §5.4). */
public final class Cookies {
    private Cookies() {}

    /** The value of the first cookie of that name; null where there is none. */
    public static @Nullable String value(Fields fields, String name) {
        List<String> values = all(fields, name);
        return values.isEmpty() ? null : values.getFirst();
    }

    /** Every value of that name, in order: browsers send one for each path and domain that it was set for. */
    public static List<String> all(Fields fields, String name) {
        if (!fields.contains("cookie")) {
            return List.of();
        }
        List<String> values = new ArrayList<>(1);
        for (String line : fields.all("cookie")) {
            int at = 0;
            while (at < line.length()) {
                int end = line.indexOf(';', at);
                end = end < 0 ? line.length() : end;
                int start = at;
                while (start < end && (line.charAt(start) == ' ' || line.charAt(start) == '\t')) {
                    start++;
                }
                if (line.startsWith(name, start)
                        && start + name.length() < end
                        && line.charAt(start + name.length()) == '=') {
                    values.add(line.substring(start + name.length() + 1, end).strip());
                }
                at = end + 1;
            }
        }
        return values;
    }
}

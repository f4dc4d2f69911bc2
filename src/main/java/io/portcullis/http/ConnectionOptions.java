package io.portcullis.http;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a message's {@code Connection} fields say (RFC 9110 §7.6.1).
 *
 * @param close whether the sender will close
 * @param keepAlive whether an HTTP/1.0 sender asks to keep the connection
 * @param upgrade whether {@code Upgrade} belongs to this connection
 * @param nominated lower-case names of further fields that end here; those that every recipient needs cannot be nominated
 */
public record ConnectionOptions(boolean close, boolean keepAlive, boolean upgrade, Set<String> nominated) {
    /** No {@code Connection} field. */
    public static final ConnectionOptions NONE = new ConnectionOptions(false, false, false, Set.of());

    private static final ConnectionOptions CLOSE = new ConnectionOptions(true, false, false, Set.of());
    private static final ConnectionOptions KEEP_ALIVE = new ConnectionOptions(false, true, false, Set.of());

    /**
     * Fields that a client must not have us delete by naming them (rule H03), among them those by which we or others notice that a
     * request goes round in a circle (RFC 8586 §2).
     */
    private static final Set<String> CRITICAL = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "cookie",
            "authorization",
            "via",
            "cdn-loop",
            "max-forwards",
            "date",
            "content-type",
            "content-encoding");

    public static ConnectionOptions of(Fields fields) {
        if (!fields.has(FieldNames.Kind.CONNECTION)) {
            return NONE;
        }
        List<String> values = fields.all(FieldNames.CONNECTION);
        if (values.size() == 1) {
            String first = values.getFirst();
            if (first.equalsIgnoreCase("keep-alive")) {
                return KEEP_ALIVE;
            }
            if (first.equalsIgnoreCase("close")) {
                return CLOSE;
            }
        }
        return parse(values);
    }

    /** Whether {@code name} was nominated and so ends here. */
    public boolean nominates(CharSequence name) {
        return nominated.contains(name.toString().toLowerCase(Locale.ROOT));
    }

    private static ConnectionOptions parse(List<String> values) {
        boolean close = false;
        boolean keepAlive = false;
        boolean upgrade = false;
        // Thousands of names fit into a head: looking one up must not cost a walk over all.
        Set<String> nominated = new LinkedHashSet<>();
        for (String value : values) {
            for (String part : value.split(",", -1)) {
                String option = part.strip().toLowerCase(Locale.ROOT);
                switch (option) {
                    case "", "te" -> {}
                    case "close" -> close = true;
                    case "keep-alive" -> keepAlive = true;
                    case "upgrade" -> upgrade = true;
                    default -> {
                        if (!CRITICAL.contains(option) && FieldNames.kind(option) != FieldNames.Kind.IDENTITY) {
                            nominated.add(option);
                        }
                    }
                }
            }
        }
        return new ConnectionOptions(close, keepAlive, upgrade, Collections.unmodifiableSet(nominated));
    }
}

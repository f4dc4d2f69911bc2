package io.portcullis.explain;

import io.portcullis.config.ListenerConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The listener that a question comes to.
 *
 * @param listener null where there is none that could take it
 * @param why by what it was found, or why there is none
 * @param wrongProtocol whether something listens there that speaks the other of HTTP and HTTPS
 */
record Arrival(@Nullable ListenerConfig listener, String why, boolean wrongProtocol) {

    /** The listener with the question's port; else the only one that speaks its scheme, as where something in front maps the port. */
    static Arrival of(Question question, List<ListenerConfig> listeners) {
        List<ListenerConfig> speaking = new ArrayList<>();
        ListenerConfig other = null;
        for (ListenerConfig listener : listeners) {
            boolean speaks = (listener.tls() != null) == question.secure();
            if (speaks && hasPort(listener, question.port())) {
                return new Arrival(listener, "listens on port " + question.port(), false);
            }
            if (speaks) {
                speaking.add(listener);
            } else if (hasPort(listener, question.port())) {
                other = listener;
            }
        }
        String scheme = question.secure() ? "HTTPS" : "plain HTTP";
        if (other != null) {
            return new Arrival(
                    other, "listens on port " + question.port() + ", and does not speak " + scheme + " there", true);
        }
        if (speaking.size() == 1) {
            String why = "nothing listens on port " + question.port() + "; this one alone speaks " + scheme;
            return new Arrival(speaking.getFirst(), why, false);
        }
        String why = speaking.isEmpty()
                ? "no listener speaks " + scheme
                : "nothing listens on port " + question.port() + "; " + scheme + " is spoken by "
                        + String.join(
                                ", ",
                                speaking.stream().map(ListenerConfig::name).toList());
        return new Arrival(null, why, false);
    }

    private static boolean hasPort(ListenerConfig listener, int port) {
        return listener.bind().stream().anyMatch(bind -> bind.unixPath() == null && bind.port() == port);
    }
}

package io.portcullis.route;

import io.portcullis.config.FieldMatch;
import io.portcullis.config.MatchConfig;
import io.portcullis.http.Cookies;
import io.portcullis.http.QueryParameters;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Networks;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request must be like, beside host and path, to take a route. Immutable. */
final class Conditions {
    private final MatchConfig match;
    private final Networks clients;

    private Conditions(MatchConfig match) {
        this.match = match;
        this.clients = Networks.of(match.clients());
    }

    /** Null where every request takes the route. */
    static @Nullable Conditions of(MatchConfig match) {
        return match.size() == 0 ? null : new Conditions(match);
    }

    /**
     * Whether all hold.
     *
     * @param client the client's address as far as trusted proxies vouch for it, or {@code unix}
     */
    boolean hold(RequestHead head, String client) {
        return hasMethod(head) && isOfClients(client) && failed(head) == null;
    }

    /** The first that does not hold, and what was found instead, for people; null where all hold. */
    @Nullable
    String miss(RequestHead head, String client) {
        if (!hasMethod(head)) {
            return "method: " + head.method() + " is not " + String.join(" or ", match.methods());
        }
        if (!isOfClients(client)) {
            return "client: " + client + " is not in " + String.join(", ", match.clients());
        }
        FieldMatch field = failed(head);
        if (field == null) {
            return null;
        }
        String kind = match.headers().contains(field) ? "header" : match.query().contains(field) ? "query" : "cookie";
        List<String> found = values(kind, field, head);
        String there = found.isEmpty() ? "the request has none" : "the request has " + String.join(", ", found);
        return kind + ": " + field + " does not hold, " + there;
    }

    private boolean hasMethod(RequestHead head) {
        return match.methods().isEmpty() || match.methods().contains(head.method());
    }

    private boolean isOfClients(String client) {
        return match.clients().isEmpty()
                || (client.equals("unix") ? clients.containsUnix() : clients.containsLiteral(client));
    }

    private @Nullable FieldMatch failed(RequestHead head) {
        FieldMatch failed = failed("header", match.headers(), head);
        failed = failed == null ? failed("query", match.query(), head) : failed;
        return failed == null ? failed("cookie", match.cookies(), head) : failed;
    }

    private static @Nullable FieldMatch failed(String kind, List<FieldMatch> wanted, RequestHead head) {
        for (FieldMatch each : wanted) {
            if (!holds(each, values(kind, each, head))) {
                return each;
            }
        }
        return null;
    }

    private static boolean holds(FieldMatch wanted, List<String> values) {
        return values.isEmpty() || wanted.kind() == FieldMatch.Kind.ABSENT
                ? wanted.holds(values.isEmpty() ? null : values.getFirst())
                : values.stream().anyMatch(wanted::holds);
    }

    private static List<String> values(String kind, FieldMatch wanted, RequestHead head) {
        return switch (kind) {
            case "header" -> head.fields().all(wanted.name());
            case "query" -> QueryParameters.all(head.target().query(), wanted.name());
            default -> Cookies.all(head.fields(), wanted.name());
        };
    }
}

package io.portcullis.proxy;

import io.portcullis.config.FieldValue.Variable;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.RequestHead;
import io.portcullis.net.TlsFacts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the variables of a request stand for.
 *
 * @param client its connection
 * @param address the client's address as far as trusted proxies vouch for it
 * @param head as it came
 */
record Known(ClientConnection client, String address, RequestHead head, String id, String route) {
    static Known of(Flight flight, Way way) {
        return new Known(
                flight.exchange().client(),
                flight.forwarded().client(),
                flight.exchange().head(),
                flight.id(),
                way.route().name());
    }

    /** Its text; whatever could end a line, or is no ASCII, is {@code ?} in it. */
    String text(Variable variable) {
        TlsFacts tls = client.peer().tls();
        String text =
                switch (variable) {
                    case CLIENT_ADDRESS -> address;
                    case SCHEME -> client.peer().scheme();
                    case HOST -> head.authority().text();
                    case METHOD -> head.method();
                    case PATH -> head.path();
                    case QUERY -> orEmpty(head.target().query());
                    case ID -> id;
                    case ROUTE -> route;
                    case SNI -> tls == null ? "" : orEmpty(tls.sni());
                    case TLS_VERSION -> tls == null ? "" : tls.version();
                    case TLS_CIPHER -> tls == null ? "" : tls.cipher();
                };
        return visible(text);
    }

    private static String orEmpty(@Nullable String text) {
        return Objects.requireNonNullElse(text, "");
    }

    private static String visible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                StringBuilder out = new StringBuilder(text.length());
                text.chars().forEach(c -> out.append(c < ' ' || c > '~' ? '?' : (char) c));
                return out.toString();
            }
        }
        return text;
    }
}

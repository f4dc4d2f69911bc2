package io.portcullis.explain;

import io.portcullis.http.Authority;
import io.portcullis.net.Networks;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that is only thought of.
 *
 * @param secure whether it comes by TLS
 * @param authority host and port of the URL: where the client connects, and the name it asks for in the handshake
 * @param target path and query, exactly as a client would send them
 * @param fields header lines, {@code Name: value}; a {@code Host} among them takes the place of the URL's
 * @param from the client's address, or {@code unix}
 */
public record Question(
        String method, boolean secure, Authority authority, String target, List<String> fields, String from) {
    /** Who asks where nobody is named: an address for documentation (RFC 5737), which no list of trusted proxies has by chance. */
    public static final String SOMEBODY = "192.0.2.1";

    public Question {
        fields = List.copyOf(fields);
    }

    /**
     * Reads what a person typed.
     *
     * @param from null for {@link #SOMEBODY}
     * @throws IllegalArgumentException with a sentence for that person
     */
    public static Question of(String method, String url, List<String> fields, @Nullable String from) {
        int scheme = url.indexOf("://");
        String name = scheme < 0 ? "" : url.substring(0, scheme).toLowerCase(Locale.ROOT);
        if (!name.equals("http") && !name.equals("https")) {
            throw new IllegalArgumentException("\"" + url + "\": expected http://… or https://…");
        }
        int end = scheme + 3;
        while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        Authority authority = Authority.parse(url.substring(scheme + 3, end));
        if (authority == null) {
            throw new IllegalArgumentException("\"" + url + "\": expected a host after ://");
        }
        String client = Objects.requireNonNullElse(from, SOMEBODY);
        if (!client.equals("unix") && (Networks.bytes(client) == null || client.startsWith("["))) {
            throw new IllegalArgumentException("\"" + client + "\": expected a client's IP address, or unix");
        }
        for (String field : fields) {
            if (field.indexOf(':') <= 0) {
                throw new IllegalArgumentException("\"" + field + "\": expected a header field, Name: value");
            }
        }
        String rest = url.substring(end);
        String target = rest.startsWith("/") || rest.equals("*") ? rest : "/" + rest;
        return new Question(method, name.equals("https"), authority, target, fields, client);
    }

    /** The port that the client connects to. */
    int port() {
        return authority.port() != 0 ? authority.port() : secure ? 443 : 80;
    }

    /** The name in the handshake; null where the host is an address (RFC 6066 §3). */
    @Nullable
    String serverName() {
        return authority.isAddress() ? null : authority.host();
    }

    /** The request's head as HTTP/1.1 sends it. */
    String head() {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\n");
        boolean named = fields.stream().anyMatch(field -> field.regionMatches(true, 0, "host:", 0, 5));
        if (!named) {
            head.append("Host: ").append(authority.text()).append("\r\n");
        }
        fields.forEach(field -> head.append(field).append("\r\n"));
        return head.append("\r\n").toString();
    }
}

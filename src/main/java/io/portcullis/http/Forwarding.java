package io.portcullis.http;

import io.netty.util.AsciiString;
import io.portcullis.net.Networks;
import io.portcullis.net.Peer;
import io.portcullis.net.TlsFacts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what backends are told about the client: {@code X-Forwarded-*}, {@code X-Real-IP}, {@code Forwarded} (RFC 7239),
 * {@code Via} (RFC 9110 §7.6.3).
 *
 * <p>What a client says of itself counts only where its connection comes from a trusted proxy (rules I01 to I03); then its chain
 * is kept and continued. For everybody else all fields are ours, so they are the same for every request of a connection that
 * asks for the same host: they are made once and kept there.
 */
public final class Forwarding {
    private static final AsciiString X_REAL_IP = AsciiString.cached("X-Real-IP");
    private static final AsciiString FOR = AsciiString.cached("X-Forwarded-For");
    private static final AsciiString PROTO = AsciiString.cached("X-Forwarded-Proto");
    private static final AsciiString HOST = AsciiString.cached("X-Forwarded-Host");
    private static final AsciiString PORT = AsciiString.cached("X-Forwarded-Port");
    private static final AsciiString FORWARDED = AsciiString.cached("Forwarded");
    private static final AsciiString VIA = AsciiString.cached("Via");
    private static final AsciiString CLIENT_CERT = AsciiString.cached("Client-Cert");
    private static final AsciiString CLIENT_CERT_CHAIN = AsciiString.cached("Client-Cert-Chain");
    private static final int LONGEST_ID = 128;

    private final Networks trusted;
    private final String via;
    private final ClaimedNames claimed;

    /** @param via our pseudonym */
    public Forwarding(Networks trusted, String via) {
        this(trusted, via, ClaimedNames.NONE);
    }

    /** @param claimed fields that some listener sets, and that so no client may bring by any */
    public Forwarding(Networks trusted, String via, ClaimedNames claimed) {
        this.trusted = trusted;
        this.via = via;
        this.claimed = claimed;
    }

    /** Our pseudonym, for {@code Via} and {@code Proxy-Status}. */
    public String via() {
        return via;
    }

    /** The fields for one request; what the client sent by names that the operator has us set is removed from {@code head}. */
    public ForwardedFields fields(ClientConnection client, RequestHead head) {
        if (!claimed.isEmpty()) {
            head.claim(claimed);
        }
        TlsFacts tls = client.peer().tls();
        if (tls != null && !tls.told().isEmpty()) {
            // A reload may have taken these names away; the connection keeps what it began with.
            head.claim(ClaimedNames.of(tls.told().keySet()));
        }
        if (client.peer().trusted()) {
            return make(client.peer(), head);
        }
        ForwardedFields last = client.lastForwarded;
        if (last == null || !last.isFor(head)) {
            last = make(client.peer(), head);
            client.lastForwarded = last;
        }
        return last;
    }

    /** Whether our own pseudonym stands in {@code Via} already (rule H05). */
    public boolean isLoop(RequestHead head) {
        if (!head.fields().has(FieldNames.Kind.VIA)) {
            return false;
        }
        for (String value : head.fields().all(FieldNames.VIA)) {
            for (String hop : value.split(",", -1)) {
                String[] parts = hop.strip().split("\\s+", 3);
                if (parts.length >= 2 && parts[1].equalsIgnoreCase(via)) {
                    return true;
                }
            }
        }
        return false;
    }

    private ForwardedFields make(Peer peer, RequestHead head) {
        Authority authority = head.authority();
        Fields brought = peer.trusted() ? head.fields() : Fields.create();
        String proto = oneOf(brought.first(FieldNames.X_FORWARDED_PROTO), "http", "https", peer.scheme());
        String host = orElse(brought.first(FieldNames.X_FORWARDED_HOST), authority.text());
        int ownPort = authority.port() != 0 ? authority.port() : proto.equals("https") ? 443 : 80;
        String chain = joined(brought.all(FieldNames.X_FORWARDED_FOR));
        String client = client(peer, chain);

        List<ForwardedFields.Field> fields = new ArrayList<>(7);
        fields.add(field(FOR, chain.isEmpty() ? known(peer.address()) : chain + ", " + known(peer.address())));
        fields.add(field(PROTO, proto));
        if (!host.isEmpty()) {
            fields.add(field(HOST, host));
        }
        fields.add(field(PORT, orElse(brought.first(FieldNames.X_FORWARDED_PORT), Integer.toString(ownPort))));
        fields.add(field(X_REAL_IP, known(client)));
        String earlier = joined(brought.all(FieldNames.FORWARDED));
        String ours = element(peer, authority.text());
        fields.add(field(FORWARDED, earlier.isEmpty() ? ours : earlier + ", " + ours));
        TlsFacts tls = peer.tls();
        if (tls != null && tls.client() != null) {
            certificates(tls.client(), fields);
        }
        if (tls != null) {
            tls.told().forEach((name, value) -> fields.add(field(AsciiString.of(name), value)));
        }
        fields.add(field(VIA, head.protocol().version() + " " + via));
        return ForwardedFields.of(client, requestId(brought), authority.text(), head.protocol(), fields);
    }

    /** RFC 9440; what the client sent by these names was removed. */
    private static void certificates(TlsFacts.Client client, List<ForwardedFields.Field> fields) {
        if (client.certificate() != null) {
            fields.add(field(CLIENT_CERT, client.certificate()));
        }
        if (client.chain() != null) {
            fields.add(field(CLIENT_CERT_CHAIN, client.chain()));
        }
    }

    /** From right to left: the first address that no trusted proxy has; garbage, a zone too, ends the walk (rule I03). */
    private String client(Peer peer, String chain) {
        String client = peer.address();
        if (!peer.trusted() || chain.isEmpty()) {
            return client;
        }
        String[] hops = chain.split(",", -1);
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].strip();
            boolean zoned = hop.indexOf('%') >= 0;
            if (zoned || Networks.bytes(hop) == null) {
                return client;
            }
            client = hop.charAt(0) == '[' ? hop.substring(1, hop.length() - 1) : hop;
            if (!trusted.containsLiteral(hop)) {
                return client;
            }
        }
        return client;
    }

    /** A peer on a Unix socket has no address: the word of RFC 7239 §6.2, which nobody takes for one. */
    private static String known(String address) {
        return address.equals("unix") ? "unknown" : address;
    }

    /** One element of {@code Forwarded}, RFC 7239 §4; IPv6 in quoted brackets, §6. */
    private static String element(Peer peer, String host) {
        String address = peer.address();
        String node = address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : known(address);
        String element = "for=" + node + ";proto=" + peer.scheme();
        if (host.isEmpty()) {
            return element;
        }
        boolean quoted = host.indexOf(':') >= 0 || host.indexOf('[') >= 0;
        return element + ";host=" + (quoted ? "\"" + host + "\"" : host);
    }

    private static String requestId(Fields brought) {
        String id = brought.first(FieldNames.X_REQUEST_ID);
        if (id == null || id.isEmpty() || id.length() > LONGEST_ID) {
            return "";
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == ',' || c == ';') {
                return "";
            }
        }
        return id;
    }

    private static ForwardedFields.Field field(AsciiString name, String value) {
        return new ForwardedFields.Field(name, value);
    }

    private static String joined(List<String> values) {
        return values.isEmpty() ? "" : String.join(", ", values);
    }

    private static String orElse(@Nullable String value, String other) {
        return value == null || value.isEmpty() ? other : value;
    }

    private static String oneOf(@Nullable String value, String one, String two, String other) {
        return value != null && (value.equals(one) || value.equals(two)) ? value : other;
    }
}

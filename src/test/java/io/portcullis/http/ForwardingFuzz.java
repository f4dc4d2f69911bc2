package io.portcullis.http;

import static io.portcullis.http.Transcript.claim;

import io.portcullis.net.Peer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Any header fields: what a stranger says of itself changes nothing of what backends are told; what a trusted proxy says is
 * continued by exactly one line of ours each; and {@code Connection} deletes nothing that is not a client's to delete.
 */
public final class ForwardingFuzz {
    private static final String START = "GET / HTTP/1.1\r\nHost: shop.example:8443\r\n";
    private static final HeadLimits LIMITS = HeadLimits.ofRequests(200, 1 << 14, 100);
    private static final List<String> KEPT = List.of(
            "host", "content-length", "transfer-encoding", "cookie", "authorization", "via", "date", "content-type");

    private ForwardingFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        String text = START + new String(input, StandardCharsets.ISO_8859_1) + "\r\n\r\n";
        byte[] wire = text.getBytes(StandardCharsets.ISO_8859_1);
        Transcript<RequestHead> said = Transcript.ofRequests().decode(LIMITS, wire, List.of(wire.length));
        if (said.heads().isEmpty()) {
            return;
        }
        RequestHead head = said.heads().getFirst();
        if (!head.authority().text().equals("shop.example:8443")) {
            return;
        }
        ForwardedFields alone = fields(Clients.stranger(), plain());
        ForwardedFields stranger = fields(Clients.stranger(), head);
        claim(stranger.http1().contentEquals(alone.http1()), "a stranger's word\n" + stranger.http1());
        claim(stranger.client().equals("192.0.2.7") && stranger.requestId().isEmpty(), "a stranger's word");
        checkTrusted(head, fields(Clients.trusted(), head));
        checkOptions(head);
    }

    private static RequestHead plain() {
        byte[] wire = (START + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return Transcript.ofRequests()
                .decode(LIMITS, wire, List.of(wire.length))
                .heads()
                .getFirst();
    }

    private static ForwardedFields fields(Peer peer, RequestHead head) {
        return new Forwarding(Clients.TRUSTED, "portcullis").fields(new ClientConnection(peer, "f"), head);
    }

    private static void checkTrusted(RequestHead head, ForwardedFields own) {
        String wire = own.http1().toString();
        Fields lines = parsed(wire);
        List<String> names = List.of(
                "X-Forwarded-For",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "X-Forwarded-Port",
                "X-Real-IP",
                "Forwarded",
                "Via");
        claim(lines.size() == names.size(), "one line each\n" + wire);
        for (String name : names) {
            claim(lines.all(name).size() == 1, "one " + name + "\n" + wire);
        }
        String brought = String.join(", ", head.fields().all("x-forwarded-for"));
        String chain = brought.isEmpty() ? "10.0.0.1" : brought + ", 10.0.0.1";
        claim(
                chain.strip()
                        .equals(String.valueOf(lines.first("x-forwarded-for")).strip()),
                "a longer chain\n" + wire);
        claim(List.of("http", "https").contains(lines.first("x-forwarded-proto")), "a scheme\n" + wire);
        claim(own.client().equals(lines.first("x-real-ip")), "one client\n" + wire);
        checkClient(own.client());
        claim(own.requestId().chars().allMatch(c -> c > ' ' && c < 0x7f), "an id of visible ASCII");
    }

    private static void checkClient(String client) {
        boolean written = client.chars().allMatch(c -> "0123456789abcdefABCDEF.:".indexOf(c) >= 0);
        claim(written, "an address: " + client);
        InetAddress.ofLiteral(client);
    }

    private static Fields parsed(String wire) {
        byte[] bytes = (wire + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        try {
            return new HeadParser(bytes, bytes.length, HeadLimits.ofRequests(100, 1 << 20, 100)).fields();
        } catch (MalformedMessage e) {
            throw new AssertionError("malformed lines of ours\n" + wire, e);
        }
    }

    private static void checkOptions(RequestHead head) {
        ConnectionOptions options = head.options();
        List<String> said = head.fields().all("connection").stream()
                .flatMap(value -> java.util.Arrays.stream(value.split(",", -1)))
                .map(option -> option.strip().toLowerCase(Locale.ROOT))
                .toList();
        claim(options.close() == said.contains("close"), "close: " + said);
        claim(options.keepAlive() == said.contains("keep-alive") || said.contains("close"), "keep-alive: " + said);
        claim(options.upgrade() == said.contains("upgrade"), "upgrade: " + said);
        for (String name : options.nominated()) {
            claim(said.contains(name), "nobody nominated " + name);
            claim(!KEPT.contains(name) && !name.startsWith("x-forwarded-"), "nominated: " + name);
        }
    }
}

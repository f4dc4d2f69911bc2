package io.portcullis.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.portcullis.net.ByteWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Any bytes from a client: read alike however they are cut; and what is accepted, written toward a backend, is one message that
 * our own decoder accepts with the same meaning and framing.
 */
public final class RequestFuzz {
    private static final HeadLimits WIDE = HeadLimits.ofRequests(1 << 16, 1 << 16, 1000);
    private static final Set<String> HOP_BY_HOP = Set.of(
            "keep-alive", "proxy-connection", "proxy-authorization", "proxy", "te", "trailer", "transfer-encoding");
    private static final Set<String> WRITTEN_BY_US = Set.of(
            "host",
            "connection",
            "content-length",
            "transfer-encoding",
            "upgrade",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-real-ip",
            "forwarded",
            "x-request-id");

    private RequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Transcript<RequestHead> said = Transcript.inAnySplit(Transcript.TIGHT, input, Transcript::ofRequests);
        for (RequestHead head : said.heads()) {
            // Refused before it is written to anybody.
            if (!head.method().equals("CONNECT")) {
                checkRewritten(head);
            }
        }
    }

    private static void checkRewritten(RequestHead head) {
        byte[] wire = written(head);
        Transcript<RequestHead> again = Transcript.ofRequests().decode(WIDE, wire, List.of(wire.length));
        String both = "read: " + head.target() + "\nwritten:\n"
                + new String(wire, java.nio.charset.StandardCharsets.ISO_8859_1) + "\nread again:\n" + again.text();
        claim(!again.isBroken() && again.heads().size() == 1, "accepted once more\n" + both);
        RequestHead read = again.heads().getFirst();
        claim(read.method().equals(head.method()), "same method\n" + both);
        claim(read.target().text().equals(head.target().text()), "same target\n" + both);
        claim(read.target().authority() == null, "origin form\n" + both);
        String host = head.authority().text().isEmpty()
                ? "fallback.example"
                : head.authority().host();
        claim(read.authority().host().equals(host), "same host\n" + both);
        claim(read.authority().port() == head.authority().port(), "same port\n" + both);
        claim(read.bodyLength() == head.bodyLength(), "same framing\n" + both);
        checkFields(head, read, both);
    }

    private static byte[] written(RequestHead head) {
        ClientConnection client = new ClientConnection(Clients.stranger(), "f");
        ForwardedFields own = new Forwarding(Clients.TRUSTED, "portcullis").fields(client, head);
        ByteWriter out = new ByteWriter();
        Http1Writer.request(out, head, own, "f-1", "fallback.example");
        ByteBuf buffer = out.toBuffer(UnpooledByteBufAllocator.DEFAULT);
        byte[] wire = new byte[buffer.readableBytes()];
        buffer.readBytes(wire).release();
        return wire;
    }

    private static void checkFields(RequestHead head, RequestHead read, String both) {
        for (String name : WRITTEN_BY_US) {
            claim(read.fields().all(name).size() <= 1, "one " + name + "\n" + both);
        }
        claim(
                !read.fields().contains("content-length") || !read.fields().contains("transfer-encoding"),
                "one framing\n" + both);
        List<String> ends = nominated(head);
        read.fields().forEach((name, value) -> {
            String folded = name.toLowerCase(Locale.ROOT).replace('_', '-').replace('.', '-');
            boolean ours = WRITTEN_BY_US.contains(name.toLowerCase(Locale.ROOT)) || folded.equals("via");
            claim(ours || !WRITTEN_BY_US.contains(folded), "no lookalike of " + folded + "\n" + both);
            claim(ours || !HOP_BY_HOP.contains(folded), "no hop-by-hop " + folded + "\n" + both);
            claim(ours || !ends.contains(name.toLowerCase(Locale.ROOT)), "no nominated " + name + "\n" + both);
            claim(ours || head.fields().all(name).contains(value), "nothing new: " + name + "\n" + both);
        });
    }

    /** Names that the client said end here, but for those it may not name (rule H03). */
    private static List<String> nominated(RequestHead head) {
        List<String> names = new ArrayList<>();
        for (String value : head.fields().all("connection")) {
            for (String option : value.split(",", -1)) {
                names.add(option.strip().toLowerCase(Locale.ROOT));
            }
        }
        names.removeAll(List.of("cookie", "authorization", "via", "date", "content-type"));
        return names;
    }

    private static void claim(boolean holds, String otherwise) {
        Transcript.claim(holds, otherwise);
    }
}

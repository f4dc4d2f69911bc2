package io.portcullis.http;

import static io.portcullis.http.Transcript.claim;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.portcullis.net.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Any bytes from a backend, in answer to GET and to HEAD: read alike however they are cut, and written on as one response. */
public final class ResponseFuzz {
    private static final HeadLimits WIDE = HeadLimits.ofResponses(1 << 16, 1 << 16, 1000);
    private static final Set<String> NEVER =
            Set.of("keep-alive", "proxy-connection", "te", "trailer", "upgrade", "strict-transport-security");

    private ResponseFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        for (String method : List.of("GET", "HEAD")) {
            RequestHead request = request(method);
            Transcript<ResponseHead> said =
                    Transcript.inAnySplit(Transcript.TIGHT_RESPONSES, input, () -> answersTo(request));
            for (ResponseHead head : said.heads()) {
                if (head.status() != 101) {
                    checkRewritten(head, request);
                }
            }
        }
    }

    private static RequestHead request(String method) {
        byte[] wire = (method + " / HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return Transcript.ofRequests()
                .decode(Transcript.TIGHT, wire, List.of(wire.length))
                .heads()
                .getFirst();
    }

    private static Transcript<ResponseHead> answersTo(RequestHead request) {
        return new Transcript<>(Http1Reader::response, head -> Http1Reader.bodyLength(head, request));
    }

    private static void checkRewritten(ResponseHead head, RequestHead request) {
        byte[] wire = written(head, request);
        Transcript<ResponseHead> again = answersTo(request).decode(WIDE, wire, List.of(wire.length));
        String both = "written:\n" + new String(wire, StandardCharsets.ISO_8859_1) + "\nread again:\n" + again.text();
        claim(!again.isBroken() && again.heads().size() == 1, "accepted once more\n" + both);
        ResponseHead read = again.heads().getFirst();
        claim(read.status() == head.status(), "same status\n" + both);
        claim(read.hasBody(request) == head.hasBody(request), "same presence of a body\n" + both);
        if (head.hasBody(request)) {
            boolean chunked = Http1Reader.bodyLength(read, request) == Http1Decoder.CHUNKED;
            claim(chunked == (head.bodyLength() < 0), "chunked where no length is told\n" + both);
            claim(read.bodyLength() == head.bodyLength(), "same length\n" + both);
        }
        read.fields().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            claim(!NEVER.contains(lower), "no " + lower + "\n" + both);
            boolean ours = Set.of("date", "via", "x-request-id", "content-length", "transfer-encoding")
                    .contains(lower);
            claim(ours || head.fields().all(name).contains(value), "nothing new: " + name + "\n" + both);
        });
        claim(read.fields().all("date").size() >= (head.isInterim() ? 0 : 1), "a date\n" + both);
        claim(read.fields().all("x-request-id").size() <= 1, "one id\n" + both);
    }

    private static byte[] written(ResponseHead head, RequestHead request) {
        ByteWriter out = new ByteWriter();
        if (head.isInterim()) {
            Http1Writer.interim(out, head);
        } else {
            boolean chunked = head.hasBody(request) && head.bodyLength() < 0;
            Http1Writer.BodyCoding coding = chunked ? Http1Writer.BodyCoding.CHUNKED : Http1Writer.BodyCoding.LENGTH;
            new Http1Writer("portcullis")
                    .response(
                            out,
                            head,
                            request,
                            new Http1Writer.Closing(coding, false, false, "f-1", null, false),
                            new HttpDate());
        }
        ByteBuf buffer = out.toBuffer(UnpooledByteBufAllocator.DEFAULT);
        byte[] wire = new byte[buffer.readableBytes()];
        buffer.readBytes(wire).release();
        return wire;
    }
}

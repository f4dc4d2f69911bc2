package io.portcullis.explain;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.portcullis.config.Limits;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.Fields;
import io.portcullis.http.HeadLimits;
import io.portcullis.http.HeadParser;
import io.portcullis.http.Http1Decoder;
import io.portcullis.http.Http1Reader;
import io.portcullis.http.MalformedMessage;
import io.portcullis.http.Reading;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a head by the decoder that listeners use, so that it is refused for the same reasons. */
final class HeadReading implements Http1Decoder.Owner<RequestHead> {
    private final ClientConnection client;
    private @Nullable RequestHead head;
    private @Nullable Failure refused;

    private HeadReading(ClientConnection client) {
        this.client = client;
    }

    static HeadReading of(String text, ClientConnection client, Limits limits) {
        HeadReading reading = new HeadReading(client);
        HeadLimits bounds = HeadLimits.ofRequests(limits.requestLine(), limits.headerBytes(), limits.headerCount());
        new Http1Decoder<>(bounds, reading).decode(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)));
        return reading;
    }

    /** Null where it was refused. */
    @Nullable
    RequestHead head() {
        return head;
    }

    @Nullable
    Failure refused() {
        return refused;
    }

    @Override
    public Reading<RequestHead> read(HeadParser lines) throws MalformedMessage {
        return Http1Reader.request(lines, client);
    }

    @Override
    public long bodyLength(RequestHead read) {
        return 0;
    }

    @Override
    public void head(RequestHead read) {
        head = read;
    }

    @Override
    public void content(ByteBuf chunk) {
        chunk.release();
    }

    @Override
    public void end(@Nullable Fields trailers) {
        // A question has no body.
    }

    @Override
    public void malformed(Failure why) {
        refused = why;
    }
}

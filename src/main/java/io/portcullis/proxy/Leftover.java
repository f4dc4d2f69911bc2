package io.portcullis.proxy;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.ByteSource;
import io.portcullis.net.EagerSink;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;

/**
 * Reads the rest of a response that nobody wants, so that its connection can serve again; where that is more than a connection is worth,
 * the response is given up with it. A silent endpoint is bounded by its call.
 */
@io.portcullis.net.OnLoop
final class Leftover implements EagerSink {
    /** Bytes: reading more takes longer than connecting anew. */
    private static final int MOST = 64 << 10;

    private final ByteSource from;
    private int bytes;

    private Leftover(ByteSource from) {
        this.from = from;
    }

    /** @param worthIt whether the connection could serve again at all */
    static void of(ByteSource body, boolean worthIt) {
        if (worthIt) {
            body.into(new Leftover(body));
        } else {
            giveUp(body);
        }
    }

    private static void giveUp(ByteSource body) {
        body.cancel(Failure.of(FailureKind.CLIENT_GONE, "nobody wants this response"));
    }

    @Override
    public void write(ByteBuf chunk) {
        bytes += chunk.readableBytes();
        chunk.release();
        if (bytes > MOST) {
            giveUp(from);
        }
    }

    @Override
    public void end() {
        // The call has given its connection back.
    }

    @Override
    public void abort(Failure broken) {
        // Nobody wanted it.
    }
}

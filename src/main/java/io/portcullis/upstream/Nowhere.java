package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.EagerSink;
import io.portcullis.net.Failure;

/** Where the body of a request goes that is not sent. */
@io.portcullis.net.OnLoop
final class Nowhere implements EagerSink {
    static final Nowhere INSTANCE = new Nowhere();

    @Override
    public void write(ByteBuf chunk) {
        chunk.release();
    }

    @Override
    public void end() {}

    @Override
    public void abort(Failure why) {}
}

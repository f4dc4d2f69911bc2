package io.portcullis.sign;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.EagerSink;
import io.portcullis.net.Failure;
import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes a body whole that is known to be small. */
@io.portcullis.net.OnLoop
final class SmallBody implements EagerSink {
    private final int most;
    private final Consumer<byte @Nullable []> then;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private boolean over;

    /** @param then hears once of the whole; of null where it broke off, or is larger than {@code most} bytes */
    SmallBody(int most, Consumer<byte @Nullable []> then) {
        this.most = most;
        this.then = then;
    }

    @Override
    public void write(ByteBuf chunk) {
        try {
            if (bytes.size() + chunk.readableBytes() > most) {
                conclude(null);
            } else {
                byte[] part = new byte[chunk.readableBytes()];
                chunk.readBytes(part);
                bytes.writeBytes(part);
            }
        } finally {
            chunk.release();
        }
    }

    @Override
    public void end() {
        conclude(bytes.toByteArray());
    }

    @Override
    public void abort(Failure why) {
        conclude(null);
    }

    private void conclude(byte @Nullable [] whole) {
        if (!over) {
            over = true;
            then.accept(whole);
        }
    }
}

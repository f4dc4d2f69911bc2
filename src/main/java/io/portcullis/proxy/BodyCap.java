package io.portcullis.proxy;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.util.function.Consumer;

/** Passes on a request's body as long as it is no larger than its route allows; beyond that nothing more, and no end. */
@io.portcullis.net.OnLoop
final class BodyCap implements ByteSink {
    private final ByteSink to;
    private final ByteSource from;
    private final long most;
    private final Consumer<Failure> exceeded;
    private long bytes;
    private boolean over;

    /** @param exceeded hears of it once, when nobody wants the rest any more */
    BodyCap(ByteSink to, ByteSource from, long most, Consumer<Failure> exceeded) {
        this.to = to;
        this.from = from;
        this.most = most;
        this.exceeded = exceeded;
    }

    static Failure tooLarge(long most) {
        return Failure.of(
                FailureKind.REQUEST_BODY_TOO_LARGE, "more than the route's limits.request-body, " + most + " bytes");
    }

    @Override
    public void write(ByteBuf chunk) {
        bytes += chunk.readableBytes();
        if (!over && bytes <= most) {
            to.write(chunk);
            return;
        }
        chunk.release();
        if (!over) {
            over = true;
            Failure why = tooLarge(most);
            from.cancel(why);
            exceeded.accept(why);
        }
    }

    @Override
    public void flush() {
        to.flush();
    }

    @Override
    public void end() {
        if (!over) {
            to.end();
        }
    }

    @Override
    public void abort(Failure why) {
        if (!over) {
            to.abort(why);
        }
    }

    @Override
    public boolean isFull() {
        return !over && to.isFull();
    }

    @Override
    public void onDrained(Runnable then) {
        to.onDrained(then);
    }
}

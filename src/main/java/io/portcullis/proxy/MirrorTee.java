package io.portcullis.proxy;

import io.netty.buffer.ByteBuf;
import io.portcullis.net.ByteSink;
import io.portcullis.net.Failure;

/** Passes on a request's body, and lets a copy take note of it. Back-pressure is that of the first alone. */
@io.portcullis.net.OnLoop
final class MirrorTee implements ByteSink {
    private final ByteSink to;
    private final MirrorCopy copy;

    MirrorTee(ByteSink to, MirrorCopy copy) {
        this.to = to;
        this.copy = copy;
    }

    @Override
    public void write(ByteBuf chunk) {
        copy.keep(chunk);
        to.write(chunk);
    }

    @Override
    public void flush() {
        to.flush();
    }

    @Override
    public void end() {
        to.end();
        copy.send();
    }

    @Override
    public void abort(Failure why) {
        to.abort(why);
        copy.giveUp();
    }

    @Override
    public boolean isFull() {
        return to.isFull();
    }

    @Override
    public void onDrained(Runnable then) {
        to.onDrained(then);
    }
}

package io.portcullis.net;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sink that notes what it is told and is as full as a test says. */
final class RecordingSink implements ByteSink {
    final List<String> told = new ArrayList<>();
    boolean full;

    @Nullable
    Runnable whenDrained;

    void drain() {
        full = false;
        Runnable then = whenDrained;
        whenDrained = null;
        if (then != null) {
            then.run();
        }
    }

    @Override
    public void write(ByteBuf chunk) {
        told.add(chunk.toString(StandardCharsets.ISO_8859_1));
        chunk.release();
    }

    @Override
    public void flush() {
        told.add("<flush>");
    }

    @Override
    public void end() {
        told.add("<end>");
    }

    @Override
    public void abort(Failure why) {
        told.add("<abort " + why.kind().tag() + ">");
    }

    @Override
    public boolean isFull() {
        return full;
    }

    @Override
    public void onDrained(Runnable then) {
        whenDrained = then;
    }
}

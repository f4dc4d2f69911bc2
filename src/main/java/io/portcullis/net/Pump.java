package io.portcullis.net;

import io.netty.buffer.ByteBuf;

/**
 * Moves bytes from a source to a sink no faster than the sink takes them: the only place that knows back-pressure.
 *
 * <p>What it holds itself is nothing: bytes wait in the sink's socket buffer (up to its high-water mark) and in what the source
 * had already read (one read, 64 KiB at most).
 */
@OnLoop
public final class Pump implements ByteSink {
    /** Hears how the flow ended: exactly one of the two, once. */
    public interface Watcher {
        /** The source ended properly; the sink has been told. */
        void pumped();

        /** The source broke off; the sink has not been told, the watcher decides what it learns. */
        void broken(Failure why);
    }

    private final ByteSource source;
    private final ByteSink sink;
    private final Watcher watcher;
    private long bytes;

    public Pump(ByteSource source, ByteSink sink, Watcher watcher) {
        this.source = source;
        this.sink = sink;
        this.watcher = watcher;
    }

    public void start() {
        source.into(this);
    }

    /** Bytes moved so far. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void write(ByteBuf chunk) {
        bytes += chunk.readableBytes();
        sink.write(chunk);
        if (sink.isFull()) {
            source.pause();
            sink.onDrained(source::resume);
        }
    }

    @Override
    public void flush() {
        sink.flush();
    }

    @Override
    public void end() {
        sink.end();
        watcher.pumped();
    }

    @Override
    public void abort(Failure why) {
        watcher.broken(why);
    }

    @Override
    public boolean isFull() {
        return sink.isFull();
    }

    @Override
    public void onDrained(Runnable then) {
        sink.onDrained(then);
    }
}

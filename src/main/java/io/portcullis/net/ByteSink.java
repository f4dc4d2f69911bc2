package io.portcullis.net;

import io.netty.buffer.ByteBuf;

/** Bytes that leave. All calls on one event loop. */
@OnLoop
public interface ByteSink {
    /** Takes ownership of {@code chunk}, also when it fails. Accepts bytes even where {@link #isFull()}. */
    void write(ByteBuf chunk);

    /** Sends what was written. */
    void flush();

    /** The last byte was written; sends everything. */
    void end();

    /** There will be no proper end; whoever reads must learn that the bytes are incomplete. */
    void abort(Failure why);

    /** Whether the writer should stop until {@link #onDrained}. */
    boolean isFull();

    /** Runs {@code then} once, when {@link #isFull()} has become false. A later call replaces an earlier one. */
    void onDrained(Runnable then);
}

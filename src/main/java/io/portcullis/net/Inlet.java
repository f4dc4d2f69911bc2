package io.portcullis.net;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a connection as a {@link ByteSource}: what arrives before anybody asks waits here, bounded.
 *
 * <pre>
 * state      offer           finish / fail      into
 * held       queue it        remember it        queue and end go to the sink
 * flowing    to the sink     to the sink        (not allowed)
 * ended      free it         -                  -
 * cancelled  free it         ignored            -
 * </pre>
 */
@OnLoop
public final class Inlet implements ByteSource {
    /** The connection behind an inlet. */
    public interface Gate {
        /** Reads on or stops reading; may be called with the state it has. */
        void reading(boolean on);

        /** Nobody wants the rest of these bytes. */
        void cancelled(Failure why);
    }

    /** Bytes held before reading stops. */
    private static final int HELD_LIMIT = 64 * 1024;

    /** What a chunk counts for at least: one of a single byte costs memory, too. */
    private static final int LEAST_COUNTED = 256;

    private final Gate gate;
    private final int most;
    /** Null until something has to wait: most bodies have a sink, or no bytes, from the beginning. */
    private @Nullable ArrayDeque<ByteBuf> held;

    private int heldBytes;
    private @Nullable ByteSink sink;
    private @Nullable Failure failure;
    private boolean finished;
    private boolean over;
    private boolean paused;

    public Inlet(Gate gate) {
        this(gate, HELD_LIMIT);
    }

    /** @param most bytes held before reading stops; 0 where it does not even begin before somebody asks */
    public Inlet(Gate gate, int most) {
        this.gate = gate;
        this.most = most;
        this.paused = most == 0;
    }

    /** Takes ownership of {@code chunk}. */
    public void offer(ByteBuf chunk) {
        if (over || finished) {
            chunk.release();
        } else if (sink != null) {
            sink.write(chunk);
        } else {
            heldBytes += Math.max(chunk.readableBytes(), LEAST_COUNTED);
            waiting().add(chunk);
            if (heldBytes >= most) {
                pause();
            }
        }
    }

    /** The last byte was offered. */
    public void finish() {
        if (over || finished) {
            return;
        }
        finished = true;
        if (sink != null) {
            over = true;
            sink.end();
        }
    }

    /** No further byte will come, and the last one did not. */
    public void fail(Failure why) {
        if (over || finished) {
            return;
        }
        finished = true;
        failure = why;
        if (sink != null) {
            over = true;
            sink.abort(why);
        } else {
            free();
        }
    }

    /** The read that brought the last chunks is over: send them on. */
    public void settle() {
        if (sink != null && !over) {
            sink.flush();
        }
    }

    /** Whether the end, proper or not, has arrived. */
    public boolean isFinished() {
        return finished || over;
    }

    @Override
    public void into(ByteSink to) {
        assert sink == null : "into: called twice";
        if (over) {
            return;
        }
        sink = to;
        boolean wasPaused = paused;
        for (ByteBuf chunk = poll(); chunk != null; chunk = poll()) {
            to.write(chunk);
        }
        heldBytes = 0;
        if (finished) {
            over = true;
            if (failure != null) {
                to.abort(failure);
            } else {
                to.end();
            }
        } else if (wasPaused && !to.isFull()) {
            resume();
        }
    }

    @Override
    public void pause() {
        if (!paused && !finished) {
            paused = true;
            gate.reading(false);
        }
    }

    @Override
    public void resume() {
        if (paused) {
            paused = false;
            gate.reading(true);
        }
    }

    @Override
    public void cancel(Failure why) {
        if (over) {
            return;
        }
        over = true;
        free();
        gate.cancelled(why);
    }

    private void free() {
        for (ByteBuf chunk = poll(); chunk != null; chunk = poll()) {
            chunk.release();
        }
        heldBytes = 0;
    }

    private ArrayDeque<ByteBuf> waiting() {
        ArrayDeque<ByteBuf> queue = held;
        if (queue == null) {
            queue = new ArrayDeque<>(2);
            held = queue;
        }
        return queue;
    }

    private @Nullable ByteBuf poll() {
        return held == null ? null : held.poll();
    }
}

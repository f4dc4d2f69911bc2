package io.portcullis.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an exchange whose client stopped reading: while response bytes wait, {@code min-rate} of them must leave, on average
 * over {@code response-write} (rules L02, T15).
 *
 * <p>Progress is what the socket took, not what we handed over.
 */
@io.portcullis.net.OnLoop
final class WriteWatch {
    private final Loop loop;
    private final Stack stack;
    private final LongSupplier taken;
    private final Consumer<Failure> late;
    /** Null until something waits for the first time. */
    private @Nullable Deadline deadline;

    private long takenThen;
    private boolean watching;

    /**
     * @param taken bytes of the response that the socket, or the stream's window, took so far
     * @param late hears once why the client is too slow
     */
    WriteWatch(Loop loop, Stack stack, LongSupplier taken, Consumer<Failure> late) {
        this.loop = loop;
        this.stack = stack;
        this.taken = taken;
        this.late = late;
    }

    /** For all that a connection sends: {@code written} tells the bytes that were handed to it. */
    WriteWatch(Http1Front front, LongSupplier written, Consumer<Failure> late) {
        this(front.loop(), front.stack(), () -> taken(front.channel(), written.getAsLong()), late);
    }

    /** Something waits for the client, or nothing does. */
    void set(boolean waiting) {
        if (waiting) {
            begin();
        } else {
            end();
        }
    }

    void begin() {
        if (!watching) {
            watching = true;
            Deadline due = due();
            loop.deadlines().add(due);
            takenThen = taken.getAsLong();
            due.in(stack.timeouts().responseWrite());
        }
    }

    void end() {
        if (watching) {
            watching = false;
            Deadline due = due();
            due.clear();
            loop.deadlines().remove(due);
        }
    }

    private void look() {
        long millis = stack.timeouts().responseWrite().toMillis();
        long moved = taken.getAsLong() - takenThen;
        long least = stack.limits().minRate();
        if (moved <= 0) {
            late.accept(
                    Failure.of(FailureKind.RESPONSE_WRITE_TIMEOUT, "the client read nothing for " + millis + " ms"));
        } else if (moved < least * millis / 1000) {
            late.accept(Failure.of(
                    FailureKind.RESPONSE_TOO_SLOW,
                    "the client read " + moved + " bytes in " + millis + " ms (limits.min-rate " + least + ")"));
        } else {
            takenThen = taken.getAsLong();
            due().in(stack.timeouts().responseWrite());
        }
    }

    private Deadline due() {
        Deadline due = deadline;
        if (due == null) {
            due = new Deadline(this::look);
            deadline = due;
        }
        return due;
    }

    /** Bytes that {@code channel} took of those that {@code written} tells, give or take what TLS adds. */
    private static long taken(Channel channel, long written) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? Long.MAX_VALUE : written - buffer.totalPendingWriteBytes() + buffer.currentProgress();
    }
}

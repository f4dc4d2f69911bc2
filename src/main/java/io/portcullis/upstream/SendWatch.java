package io.portcullis.upstream;

import io.netty.channel.ChannelOutboundBuffer;
import io.portcullis.net.Deadline;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices an endpoint that stopped reading a request: while bytes of it wait, some must leave within {@code first-byte-timeout}.
 *
 * <p>Has a deadline of its own, because the response may run meanwhile, at its own pace. Progress is what the socket took.
 */
@io.portcullis.net.OnLoop
final class SendWatch {
    private final Http1Connection connection;
    private final LongSupplier bytesOut;
    private final BooleanSupplier excused;
    private final Runnable late;
    /** Null until something waits for the first time. */
    private @Nullable Deadline deadline;

    private long takenThen;
    private boolean watching;

    /**
     * @param bytesOut bytes of the request's body that were handed over so far
     * @param excused whether the endpoint may be waiting for us: nobody reads its response at the moment
     */
    SendWatch(Http1Connection connection, LongSupplier bytesOut, BooleanSupplier excused, Runnable late) {
        this.connection = connection;
        this.bytesOut = bytesOut;
        this.excused = excused;
        this.late = late;
    }

    void begin() {
        if (!watching) {
            watching = true;
            connection.loop().deadlines().add(due());
            again();
        }
    }

    /** Counts from now on. */
    void again() {
        if (watching) {
            takenThen = taken();
            due().in(limit());
        }
    }

    void end() {
        if (watching) {
            watching = false;
            Deadline due = due();
            due.clear();
            connection.loop().deadlines().remove(due);
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

    private void look() {
        if (excused.getAsBoolean() || taken() > takenThen) {
            again();
        } else {
            late.run();
        }
    }

    private Duration limit() {
        return connection.pool().config().firstByteTimeout();
    }

    private long taken() {
        ChannelOutboundBuffer buffer = connection.channel().unsafe().outboundBuffer();
        return buffer == null
                ? Long.MAX_VALUE
                : bytesOut.getAsLong() - buffer.totalPendingWriteBytes() + buffer.currentProgress();
    }
}

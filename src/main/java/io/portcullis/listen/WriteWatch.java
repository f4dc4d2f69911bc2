package io.portcullis.listen;

import io.netty.channel.ChannelOutboundBuffer;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.util.function.LongSupplier;

/**
 * Cuts an exchange whose client stopped reading: while response bytes wait, {@code min-rate} of them must leave, on average
 * over {@code response-write} (rules L02, T15).
 *
 * <p>Progress is what the socket took, not what we handed over.
 */
@io.portcullis.net.OnLoop
final class WriteWatch {
    private final Http1Front front;
    private final Http1Exchange exchange;
    private final LongSupplier bytesOut;
    private final Deadline deadline = new Deadline(this::look);
    private long takenThen;
    private boolean watching;

    /** @param bytesOut bytes of the response's body that were written so far, to the socket or to what waits for it */
    WriteWatch(Http1Front front, Http1Exchange exchange, LongSupplier bytesOut) {
        this.front = front;
        this.exchange = exchange;
        this.bytesOut = bytesOut;
    }

    /** The channel has become full, or is so no more. */
    void changed() {
        if (front.channel().isWritable()) {
            end();
        } else {
            begin();
        }
    }

    void begin() {
        if (!watching) {
            watching = true;
            front.loop().deadlines().add(deadline);
            takenThen = taken();
            deadline.in(front.stack().timeouts().responseWrite());
        }
    }

    void end() {
        if (watching) {
            watching = false;
            deadline.clear();
            front.loop().deadlines().remove(deadline);
        }
    }

    private void look() {
        long millis = front.stack().timeouts().responseWrite().toMillis();
        long taken = taken() - takenThen;
        long least = front.stack().limits().minRate();
        if (taken <= 0) {
            exchange.cut(
                    Failure.of(FailureKind.RESPONSE_WRITE_TIMEOUT, "the client read nothing for " + millis + " ms"));
        } else if (taken < least * millis / 1000) {
            exchange.cut(Failure.of(
                    FailureKind.RESPONSE_TOO_SLOW,
                    "the client read " + taken + " bytes in " + millis + " ms (limits.min-rate " + least + ")"));
        } else {
            takenThen = taken();
            deadline.in(front.stack().timeouts().responseWrite());
        }
    }

    /** Bytes that the socket took, give or take what TLS adds. */
    private long taken() {
        ChannelOutboundBuffer buffer = front.channel().unsafe().outboundBuffer();
        return buffer == null
                ? Long.MAX_VALUE
                : bytesOut.getAsLong() - buffer.totalPendingWriteBytes() + buffer.currentProgress();
    }
}

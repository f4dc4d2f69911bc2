package io.portcullis.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;

/**
 * Cuts an exchange whose client stopped reading: while response bytes wait, some must leave within {@code response-write}.
 *
 * <p>Progress is what the socket took, not what we handed over, so a client that takes one byte now and then still counts as alive.
 */
@io.portcullis.net.OnLoop
final class WriteWatch {
    private final Http1Front front;
    private final Http1Exchange exchange;
    private final Deadline deadline = new Deadline(this::look);
    private long pendingThen;
    private long progressThen;
    private boolean watching;

    WriteWatch(Http1Front front, Http1Exchange exchange) {
        this.front = front;
        this.exchange = exchange;
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
            note();
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
        if (isMoving()) {
            note();
            deadline.in(front.stack().timeouts().responseWrite());
        } else {
            exchange.cut(Failure.of(
                    FailureKind.RESPONSE_WRITE_TIMEOUT,
                    "the client read nothing for "
                            + front.stack().timeouts().responseWrite().toMillis() + " ms"));
        }
    }

    private boolean isMoving() {
        ChannelOutboundBuffer buffer = buffer();
        return buffer == null
                || buffer.totalPendingWriteBytes() != pendingThen
                || buffer.currentProgress() != progressThen;
    }

    private void note() {
        ChannelOutboundBuffer buffer = buffer();
        pendingThen = buffer == null ? 0 : buffer.totalPendingWriteBytes();
        progressThen = buffer == null ? 0 : buffer.currentProgress();
    }

    private @org.jspecify.annotations.Nullable ChannelOutboundBuffer buffer() {
        Channel channel = front.channel();
        return channel.unsafe().outboundBuffer();
    }
}

package io.portcullis.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.portcullis.net.Deadline;
import io.portcullis.net.Loop;
import java.time.Duration;

/**
 * Reads nothing more from an HTTP/2 client that does not read itself: heads and answers to control frames are under no window, and
 * whoever asks without end and takes nothing would make us hold them without end (CVE-2019-9514, 9515, 9517).
 */
@io.portcullis.net.OnLoop
final class ReadBrake {
    /** Bytes that wait for the socket: beyond what data can be, which stops at the socket's high-water mark. */
    private static final long MOST_WAITING = 256 * 1024;

    private final Loop loop;
    private final Channel channel;
    private final Duration patience;
    private final Deadline deadline;
    private boolean on;

    /** @param late runs where the client took nothing for {@code patience} */
    ReadBrake(Loop loop, Channel channel, Duration patience, Runnable late) {
        this.loop = loop;
        this.channel = channel;
        this.patience = patience;
        this.deadline = new Deadline(late);
    }

    /** Something was read, and perhaps answered. */
    void look() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        if (!on && waiting != null && waiting.totalPendingWriteBytes() > MOST_WAITING) {
            on = true;
            channel.config().setAutoRead(false);
            loop.deadlines().add(deadline);
            deadline.in(patience);
        }
    }

    /** The socket takes bytes again, or no more. */
    void writabilityChanged() {
        if (on && channel.isWritable()) {
            over();
            channel.config().setAutoRead(true);
        }
    }

    void over() {
        if (on) {
            on = false;
            deadline.clear();
            loop.deadlines().remove(deadline);
        }
    }
}

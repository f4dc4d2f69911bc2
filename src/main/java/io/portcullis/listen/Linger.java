package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.portcullis.net.Deadline;
import io.portcullis.net.LateFlush;
import io.portcullis.net.Loop;
import java.time.Duration;

/**
 * Closes a connection whose client is still sending: first our side, then, when the client is done or time or bytes run out, all
 * of it. A close at once would let the kernel answer the unread bytes by a reset, which takes our answer with it (RFC 9112 §9.6).
 */
@io.portcullis.net.OnLoop
final class Linger {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long MOST_BYTES = 1024 * 1024;

    private final Loop loop;
    private final Channel channel;
    private final Deadline deadline;
    private long discarded;

    Linger(Loop loop, Channel channel) {
        this.loop = loop;
        this.channel = channel;
        this.deadline = new Deadline(channel::close);
    }

    void begin() {
        if (!channel.isActive()) {
            return;
        }
        loop.deadlines().add(deadline);
        deadline.in(PATIENCE);
        channel.config().setAutoRead(true);
        SslHandler engine = channel.pipeline().get(SslHandler.class);
        if (engine != null) {
            engine.closeOutbound().addListener(told -> shut(channel));
        } else {
            shut(channel);
        }
    }

    /** Takes ownership of {@code bytes}. */
    void discard(ByteBuf bytes) {
        discarded += bytes.readableBytes();
        bytes.release();
        if (discarded > MOST_BYTES) {
            channel.close();
        }
    }

    /** The connection is gone. */
    void over() {
        loop.deadlines().remove(deadline);
    }

    /** Sends FIN behind what was written; what the client sends is still read. */
    static void shut(Channel channel) {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            LateFlush.now(channel);
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }
}

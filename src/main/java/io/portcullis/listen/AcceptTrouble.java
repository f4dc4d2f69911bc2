package io.portcullis.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.portcullis.config.BindAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last handler of a bound socket: says in one line why a connection could not be accepted (rule L10).
 *
 * <p>Netty accepts nothing for a second then, and goes on by itself; what waits stays in the kernel's queue meanwhile. The line comes
 * at most every ten seconds, for a process without file descriptors would otherwise write nothing else.
 */
@io.portcullis.net.OnLoop
final class AcceptTrouble extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptTrouble.class);
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final BindAddress address;
    private long silentUntilNanos = System.nanoTime();

    AcceptTrouble(BindAddress address) {
        this.address = address;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        long now = System.nanoTime();
        if (now - silentUntilNanos >= 0) {
            silentUntilNanos = now + QUIET_NANOS;
            LOG.warn(
                    "{} cannot accept connections and tries again every second: {} (\"Too many open files\": raise the limit"
                            + " of file descriptors, or lower limits.connections)",
                    address,
                    cause.toString());
        }
    }
}

package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.portcullis.net.LoopClock;
import java.util.concurrent.TimeUnit;

/**
 * Begins with small TLS records and goes over to full ones.
 *
 * <p>A client can use a record only when it has all of it. While a connection's congestion window is small a full record takes several round
 * trips; one that fits a packet is of use when the packet comes. Full ones cost less, so they follow once the window has had time to
 * open, and after a pause, when it has closed again, it begins anew. Nothing is copied: the engine takes smaller slices. The size changes
 * between two flushes only, for the engine keeps it during one.
 */
@io.portcullis.net.OnLoop
final class RecordGrowth extends ChannelOutboundHandlerAdapter {
    /** One packet's: 1500 bytes less IPv6, TCP with timestamps, TLS 1.2's record, and some for tunnels. */
    static final int SMALL = 1350;

    /** The most that a record may hold, RFC 8446 §5.1. */
    static final int FULL = 16 << 10;

    /** What is sent small: about what three round trips bring, from a window of ten packets. */
    static final int GROWS_AFTER = 64 << 10;

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SslHandler engine;
    private int sentSmall;
    private boolean full;
    private boolean flushed;
    private long lastNanos = LoopClock.nanos();

    RecordGrowth(SslHandler engine) {
        this.engine = engine;
        engine.setWrapDataSize(SMALL);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (flushed) {
            flushed = false;
            beginBurst();
        }
        if (!full && message instanceof ByteBuf bytes) {
            sentSmall += bytes.readableBytes();
        }
        ctx.write(message, promise);
    }

    private void beginBurst() {
        long now = LoopClock.nanos();
        if (now - lastNanos >= PAUSE_NANOS) {
            full = false;
            sentSmall = 0;
            engine.setWrapDataSize(SMALL);
        }
        lastNanos = now;
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        ctx.flush();
        flushed = true;
        if (!full && sentSmall >= GROWS_AFTER) {
            full = true;
            engine.setWrapDataSize(FULL);
        }
    }
}

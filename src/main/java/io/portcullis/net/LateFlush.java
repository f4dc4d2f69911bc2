package io.portcullis.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of a connection: what is flushed while a batch of events is handled leaves at the end of the batch.
 *
 * <p>A send to a process that sleeps wakes it, which costs the sender about half as much again. Sends that follow one another find it
 * awake; sends with the work for one exchange between them find it asleep again. Measured: src/bench/README.md.
 */
@OnLoop
public final class LateFlush extends ChannelOutboundHandlerAdapter {
    /** From so many waiting bytes on nothing waits: large bodies are to flow. */
    static final int MUCH = 16 * 1024;

    private final LoopTurn turn;
    private @Nullable ChannelHandlerContext waiting;

    private LateFlush(LoopTurn turn) {
        this.turn = turn;
    }

    /** Puts one before all handlers of {@code channel}; on its loop. */
    public static void first(Channel channel) {
        channel.pipeline().addFirst(new LateFlush(LoopTurn.ofThread()));
    }

    /** What waits leaves now, because the {@code channel}'s output is about to be shut under its handlers. */
    public static void now(Channel channel) {
        if (channel.pipeline().first() instanceof LateFlush late) {
            late.leave();
        }
    }

    /** Closes {@code channel} behind what was flushed, past all of its handlers: no TLS engine says that all was sent. */
    public static void cut(Channel channel) {
        now(channel);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.firstContext().close();
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (!turn.isOn() || isMuch(ctx)) {
            waiting = null;
            ctx.flush();
        } else if (waiting == null) {
            waiting = ctx;
            turn.atEnd(this);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        leave();
        ctx.close(promise);
    }

    /** Sends what waits. */
    void leave() {
        ChannelHandlerContext ctx = waiting;
        if (ctx != null) {
            waiting = null;
            ctx.flush();
        }
    }

    private static boolean isMuch(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
        return buffer == null || buffer.totalPendingWriteBytes() >= MUCH;
    }
}

package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.portcullis.telemetry.ListenerMeters;

/**
 * Counts a connection's bytes as they are on the wire, TLS and all: first in its pipeline. It hears of reads and writes only, and adds
 * each to a counter of the listener; what is written counts when the socket is handed it.
 */
@io.portcullis.net.OnLoop
final class Traffic extends ChannelDuplexHandler {
    private final ListenerMeters meters;

    Traffic(ListenerMeters meters) {
        this.meters = meters;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
            meters.bytesIn(bytes.readableBytes());
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            meters.bytesOut(bytes.readableBytes());
        }
        ctx.write(message, promise);
    }
}

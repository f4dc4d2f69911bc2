package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.portcullis.net.Deadline;
import io.portcullis.net.Loop;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first step of a connection where PROXY protocol is configured: whoever is to send a header does, and nobody else (rule I11).
 *
 * <p>Nothing is answered to who is refused: before the header it is not known what is spoken.
 */
@io.portcullis.net.OnLoop
final class ProxyStep extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyStep.class);

    private final Stack stack;
    private final ProxyPeers peers;
    private final boolean expected;
    private final Loop loop;
    private final BiConsumer<Channel, ProxyHeader.@Nullable Ends> next;
    private final Deadline deadline = new Deadline(this::late);
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf held;
    private boolean draining;

    /** @param next goes on with the connection, knowing whose it is; may close it */
    ProxyStep(
            Stack stack,
            ProxyPeers peers,
            Channel channel,
            Loop loop,
            BiConsumer<Channel, ProxyHeader.@Nullable Ends> next) {
        this.stack = stack;
        this.peers = peers;
        this.expected = peers.include(channel.remoteAddress());
        this.loop = loop;
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        loop.deadlines().add(deadline);
        // Who is to send no header may be idle for as long as before any request.
        deadline.in(expected ? peers.timeout() : stack.timeouts().keepAlive());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.deadlines().remove(deadline);
        drop();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (!ctx.channel().isActive()) {
            in.release();
            return;
        }
        if (held == null && !expected) {
            deadline.in(peers.timeout());
        }
        ByteBuf all = held == null ? in : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
        held = all;
        switch (ProxyHeader.read(all)) {
            case ProxyHeader.Unfinished more -> {}
            case ProxyHeader.Absent none -> {
                if (expected) {
                    refuse(ctx, "missing", "its first bytes are no PROXY header");
                } else {
                    become(ctx, all, null);
                }
            }
            case ProxyHeader.Malformed wrong -> {
                if (expected) {
                    refuse(ctx, "malformed", "its PROXY header has " + wrong.why());
                } else {
                    refuse(ctx, "untrusted", "it may not send a PROXY header");
                }
            }
            case ProxyHeader.Whole whole -> {
                if (expected) {
                    all.skipBytes(whole.length());
                    become(ctx, all, whole.ends());
                } else {
                    refuse(ctx, "untrusted", "it may not send a PROXY header");
                }
            }
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Drain.SOON) {
            draining = true;
            if (held == null) {
                ctx.close();
            }
        } else if (event == Drain.NOW) {
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void become(ChannelHandlerContext ctx, ByteBuf bytes, ProxyHeader.@Nullable Ends ends) {
        held = null;
        next.accept(ctx.channel(), ends);
        if (draining) {
            ctx.fireUserEventTriggered(Drain.SOON);
        }
        if (bytes.isReadable()) {
            ctx.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
        ctx.pipeline().remove(this);
    }

    private void late() {
        if (context == null) {
            return;
        }
        if (expected) {
            refuse(
                    context,
                    "timeout",
                    "its PROXY header took longer than " + peers.timeout().toMillis() + " ms");
        } else {
            context.close();
        }
    }

    private void refuse(ChannelHandlerContext ctx, String reason, String sentence) {
        drop();
        stack.meters().proxyRefused(reason);
        LOG.debug(
                "connection of {} to listener {} refused: {} ({})",
                ctx.channel().remoteAddress(),
                stack.name(),
                sentence,
                reason);
        ctx.close();
    }

    private void drop() {
        if (held != null) {
            held.release();
            held = null;
        }
    }
}

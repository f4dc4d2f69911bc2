package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.portcullis.net.Deadline;
import io.portcullis.net.Loop;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Looks at how a plain connection begins, and puts the front of its protocol in its own place: HTTP/2 by prior knowledge begins with
 * a preface that no HTTP/1 request can be (RFC 9113 §3.3, §3.4).
 */
@io.portcullis.net.OnLoop
final class PrefaceStep extends ChannelInboundHandlerAdapter {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Pipelines pipelines;
    private final Stack stack;
    private final Loop loop;
    private final Deadline deadline = new Deadline(this::late);
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf held;
    private boolean draining;

    PrefaceStep(Pipelines pipelines, Stack stack, Loop loop) {
        this.pipelines = pipelines;
        this.stack = stack;
        this.loop = loop;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        loop.deadlines().add(deadline);
        deadline.in(stack.timeouts().keepAlive());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.deadlines().remove(deadline);
        if (held != null) {
            held.release();
            held = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (held == null) {
            deadline.in(stack.timeouts().requestHead());
            held = in;
        } else {
            held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, in);
        }
        int matched = matched(held);
        if (matched == PREFACE.length) {
            become(ctx, held, true);
        } else if (matched < held.readableBytes()) {
            become(ctx, held, false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Drain.SOON) {
            draining = true;
            if (held == null) {
                ctx.close();
            }
        } else if (event == Drain.NOW || event instanceof ChannelInputShutdownEvent) {
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void become(ChannelHandlerContext ctx, ByteBuf bytes, boolean http2) {
        held = null;
        if (http2) {
            ctx.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        }
        pipelines.front(ctx.channel(), stack, null, http2);
        if (draining) {
            ctx.fireUserEventTriggered(Drain.SOON);
        }
        ctx.fireChannelRead(bytes);
        ctx.pipeline().remove(this);
    }

    private void late() {
        if (context != null) {
            context.close();
        }
    }

    /** How many bytes are those that the preface begins with. */
    private static int matched(ByteBuf bytes) {
        int most = Math.min(bytes.readableBytes(), PREFACE.length);
        int matched = 0;
        while (matched < most && bytes.getByte(bytes.readerIndex() + matched) == PREFACE[matched]) {
            matched++;
        }
        return matched;
    }
}

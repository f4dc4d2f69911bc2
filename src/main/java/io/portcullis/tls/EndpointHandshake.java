package io.portcullis.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Promise;
import java.nio.channels.ClosedChannelException;

/**
 * Shakes hands with an endpoint, then lets the connection's own handler in; stays to tell it how the endpoint ended.
 *
 * <p>That handler is not there before: bytes from before the handshake can reach nobody who would take them for a response (rule U09).
 */
final class EndpointHandshake extends ChannelInboundHandlerAdapter {
    private static final String ENGINE = "tls";

    private final EndpointTls tls;
    private final long deadlineNanos;
    private final ChannelHandler next;
    private final Promise<Channel> ready;
    private boolean done;

    EndpointHandshake(EndpointTls tls, long deadlineNanos, ChannelHandler next, Promise<Channel> ready) {
        this.tls = tls;
        this.deadlineNanos = deadlineNanos;
        this.next = next;
        this.ready = ready;
    }

    /** The engine is made here: what TCP took is over, and its first flight may go. */
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        SslHandler engine = tls.engine(ctx.channel(), deadlineNanos - System.nanoTime());
        ctx.pipeline().addBefore(ctx.name(), ENGINE, engine);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (done) {
            ctx.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                agreed(ctx);
            } else {
                failed(ctx, completion.cause());
            }
        } else if (event instanceof SslCloseCompletionEvent closing) {
            ctx.fireUserEventTriggered(closing.isSuccess() ? EndpointTls.Ending.SAID : EndpointTls.Ending.CUT_OFF);
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void agreed(ChannelHandlerContext ctx) {
        SslHandler engine = (SslHandler) ctx.pipeline().get(ENGINE);
        String protocol = engine.applicationProtocol();
        if (!tls.agreed(protocol)) {
            failed(ctx, new NoSharedProtocol(tls.alpn()));
            return;
        }
        done = true;
        ctx.pipeline().addLast(next);
        ctx.fireChannelActive();
        ready.trySuccess(ctx.channel());
    }

    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        if (!done) {
            done = true;
            ready.tryFailure(cause);
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (ready.isSuccess()) {
            ctx.fireChannelInactive();
        } else {
            failed(ctx, new ClosedChannelException());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (ready.isSuccess()) {
            ctx.fireExceptionCaught(cause);
        } else {
            failed(ctx, cause);
        }
    }
}

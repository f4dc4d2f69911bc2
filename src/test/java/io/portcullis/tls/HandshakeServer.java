package io.portcullis.tls;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Shakes hands on a socket and tells how each handshake ended. */
final class HandshakeServer implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<SslHandshakeCompletionEvent> ends = new LinkedBlockingQueue<>();
    private final Queue<Channel> children = new ConcurrentLinkedQueue<>();
    private final Channel channel;

    HandshakeServer(TlsTarget target, long timeoutMillis) {
        channel = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        SslHandler handler = Objects.requireNonNull(target.newHandler(child.alloc()));
                        handler.setHandshakeTimeoutMillis(timeoutMillis);
                        child.pipeline().addLast(handler, new Watcher());
                        children.add(child);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** The cause of the next handshake that ends; fails where it succeeds. */
    Throwable nextFailure() throws InterruptedException {
        SslHandshakeCompletionEvent end = Objects.requireNonNull(ends.poll(10, TimeUnit.SECONDS), "no handshake ended");
        return Objects.requireNonNull(end.cause(), "the handshake succeeded");
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        // Before the loop ends: a handler that it does not remove any more keeps its engine.
        children.forEach(child -> child.close().syncUninterruptibly());
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private final class Watcher extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent end) {
                ends.add(end);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // SslHandler has told of it by event and closes the channel.
        }
    }
}

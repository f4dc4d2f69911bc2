package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Descriptors that are used again while events of their last owner are still to be told. */
class EpollHandlersTest {
    private static final int MORE_THAN_ARE_FREE_BELOW = 4000;

    private EventLoopGroup loop;
    private ServerSocket server;

    @BeforeEach
    void open() throws IOException {
        loop = new MultiThreadIoEventLoopGroup(1, new EpollHandlers());
        server = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        server.close();
    }

    @Test
    void aNewConnectionHearsNothingOfTheOneWhoseDescriptorItGot() throws Exception {
        Listening first = new Listening();
        EpollSocketChannel early = dialled(first);
        Socket earlyPeer = server.accept();
        EpollSocketChannel late = dialled(new Listening());
        Socket latePeer = server.accept();
        int number = late.fd().intValue();
        CompletableFuture<ChannelFuture> again = new CompletableFuture<>();
        first.whenRead = () -> {
            late.close();
            again.complete(dialWith(number));
        };
        CountDownLatch bothAreReady = new CountDownLatch(1);
        early.eventLoop().execute(() -> uninterrupted(bothAreReady));
        earlyPeer.getOutputStream().write('x');
        latePeer.close();
        bothAreReady.countDown();
        ChannelFuture made = again.get(10, TimeUnit.SECONDS);
        assertThat(made.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(made.cause()).isNull();
        assertThat(made.channel().isActive()).isTrue();
        earlyPeer.close();
    }

    private EpollSocketChannel dialled(Listening handler) throws Exception {
        return (EpollSocketChannel) dial(handler).sync().channel();
    }

    private ChannelFuture dial(Listening handler) {
        return new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .handler(handler)
                .connect(server.getLocalSocketAddress());
    }

    /** Dials until the kernel gives this descriptor once more. */
    private ChannelFuture dialWith(int descriptor) {
        for (int i = 0; i < MORE_THAN_ARE_FREE_BELOW; i++) {
            ChannelFuture made = dial(new Listening());
            if (((EpollSocketChannel) made.channel()).fd().intValue() == descriptor) {
                return made;
            }
        }
        throw new AssertionError("descriptor " + descriptor + " was not given again");
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Listening extends ChannelInboundHandlerAdapter {
        private Runnable whenRead = () -> {};

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            whenRead.run();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            Channel channel = ctx.channel();
            channel.close();
        }
    }
}

package io.portcullis.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches of a real epoll loop: everything that was made ready while the loop was held is one of them. */
class LoopTurnTest {
    private final List<Socket> peers = new ArrayList<>();
    private final List<SocketChannel> channels = new ArrayList<>();
    private EventLoopGroup loop;
    private ServerSocket server;

    @BeforeEach
    void open() throws IOException {
        loop = new MultiThreadIoEventLoopGroup(1, new LoopThread.Factory("loop-turn-test"), new EpollHandlers());
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws Exception {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        for (Socket each : peers) {
            each.close();
        }
        server.close();
    }

    @Test
    void whatIsFlushedInABatchLeavesBehindItsLastEvent() throws Exception {
        Socket asks = connection((ctx, peer) -> say(ctx, "x"));
        CompletableFuture<Integer> early = new CompletableFuture<>();
        connection((ctx, peer) -> early.complete(asks.getInputStream().available()));
        oneBatch();
        assertThat(early.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(asks.getInputStream().read()).isEqualTo('x');
    }

    @Test
    void workBehindItKeepsNobodyWaiting() throws Exception {
        Socket asks = connection((ctx, peer) -> say(ctx, "x"));
        connection((ctx, peer) -> spin(2 * LoopTurn.PATIENCE_NANOS));
        CompletableFuture<Integer> heard = new CompletableFuture<>();
        connection((ctx, peer) -> heard.complete(readWithin(asks)));
        oneBatch();
        assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo((int) 'x');
    }

    @Test
    void whoWasSentOnceWaitsAnewForTheNext() throws Exception {
        Socket asks = connection((ctx, peer) -> say(ctx, "x"));
        connection((ctx, peer) -> spin(2 * LoopTurn.PATIENCE_NANOS));
        connection((ctx, peer) -> say(channels.getFirst().pipeline().lastContext(), "y"));
        connection((ctx, peer) -> spin(2 * LoopTurn.PATIENCE_NANOS));
        CompletableFuture<Integer> heard = new CompletableFuture<>();
        connection((ctx, peer) -> heard.complete(readWithin(asks) << 8 | readWithin(asks)));
        oneBatch();
        assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo('x' << 8 | 'y');
    }

    @Test
    void anEventThatFailsKeepsNobodysAnswer() throws Exception {
        Socket asks = connection((ctx, peer) -> say(ctx, "x"));
        connection((ctx, peer) -> {
            throw new IllegalStateException("as the test wants it");
        });
        Socket next = connection((ctx, peer) -> say(ctx, "y"));
        oneBatch();
        assertThat(asks.getInputStream().read()).isEqualTo('x');
        assertThat(next.getInputStream().read()).isEqualTo('y');
    }

    @Test
    void whoAsksAndHangsUpInOneIsStillAnswered() throws Exception {
        Socket asks = connection((ctx, peer) -> say(ctx, "x"));
        oneBatch(() -> asks.shutdownOutput());
        assertThat(asks.getInputStream().read()).isEqualTo('x');
        assertThat(asks.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void whatWaitedForOneThatHangsUpLeavesBefore() throws Exception {
        connection((ctx, peer) -> say(channels.getLast().pipeline().lastContext(), "x"));
        Socket hears = connection((ctx, peer) -> {});
        oneBatch(() -> hears.shutdownOutput());
        assertThat(hears.getInputStream().read()).isEqualTo('x');
        assertThat(hears.getInputStream().read()).isEqualTo(-1);
    }

    @Test
    void whatATimerOrAnotherThreadFlushesLeavesAtOnce() throws Exception {
        Socket asks = connection((ctx, peer) -> {});
        ChannelHandlerContext ours = channels.getFirst().pipeline().lastContext();
        assertThat(readBehind(loop.schedule(() -> say(ours, "t"), 1, TimeUnit.MILLISECONDS), asks))
                .isEqualTo('t');
        say(ours, "o");
        assertThat(asks.getInputStream().read()).isEqualTo('o');
    }

    /** A task that follows the timer's own waits for the byte: a loop that held it back would never send it. */
    private int readBehind(Future<?> timer, Socket socket) throws Exception {
        timer.get(10, TimeUnit.SECONDS);
        return loop.submit(() -> readWithin(socket)).get(20, TimeUnit.SECONDS);
    }

    private interface OnRead {
        void read(ChannelHandlerContext ctx, Socket peer) throws Exception;
    }

    /** A connection of the loop, ours for reading; returns the other end. */
    private Socket connection(OnRead then) throws Exception {
        CompletableFuture<Socket> peer = new CompletableFuture<>();
        SocketChannel channel = (SocketChannel) new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void handlerAdded(ChannelHandlerContext ctx) {
                        LateFlush.first(ctx.channel());
                    }

                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
                        ((ByteBuf) message).release();
                        then.read(ctx, peer.join());
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        ctx.close();
                    }
                })
                .connect(server.getLocalSocketAddress())
                .sync()
                .channel();
        Socket accepted = server.accept();
        accepted.setSoTimeout(10_000);
        peer.complete(accepted);
        peers.add(accepted);
        channels.add(channel);
        return accepted;
    }

    /** Lets every connection have a byte to read, in their order, in one batch. */
    private void oneBatch() throws Exception {
        oneBatch(() -> {});
    }

    private interface Also {
        void happens() throws Exception;
    }

    private void oneBatch(Also also) throws Exception {
        // Until a timer's time the loop waits for its descriptors: none of them is in the kernel's list from before.
        loop.schedule(() -> {}, 5, TimeUnit.MILLISECONDS).get(10, TimeUnit.SECONDS);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch ready = new CountDownLatch(1);
        loop.execute(() -> {
            held.countDown();
            uninterrupted(ready);
        });
        uninterrupted(held);
        for (Socket each : peers) {
            each.getOutputStream().write(1);
        }
        also.happens();
        ready.countDown();
    }

    private static void say(ChannelHandlerContext ctx, String text) {
        ctx.writeAndFlush(Unpooled.wrappedBuffer(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    private static void spin(long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    /** The next byte; -2 where it does not come while this event lasts. */
    private static int readWithin(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (java.net.SocketTimeoutException e) {
            return -2;
        }
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new TimeoutException("the loop was not let go");
            }
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.portcullis.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.portcullis.config.BindAddress;
import io.portcullis.net.ConnectionGate;
import io.portcullis.net.Loops;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One bound address and its connections.
 *
 * <p>What is done with new connections can be changed at any time ({@link #use}); connections keep what they began with. Safe for
 * any thread.
 */
public final class Listener {
    private final BindAddress address;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel channel;
    private final Loops loops;
    private volatile Stack stack;
    private volatile boolean draining;

    private Listener(BindAddress address, Stack stack, Channel channel, Loops loops) {
        this.address = address;
        this.stack = stack;
        this.channel = channel;
        this.loops = loops;
    }

    /**
     * Binds {@code address} without accepting anything yet. Blocks: never on an event loop.
     *
     * @throws BindFailure where it cannot be bound; the message names the reason and the remedy
     */
    public static Listener bind(
            BindAddress address, int backlog, Stack stack, Loops loops, ConnectionGate gate, ConnectionIds ids)
            throws BindFailure {
        Listener[] self = new Listener[1];
        Pipelines pipelines = new Pipelines(loops, ids);
        Admission admission = new Admission(gate);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(
                        address.unixPath() == null
                                ? loops.channels().server()
                                : loops.channels().unixServer())
                .option(ChannelOption.SO_BACKLOG, backlog)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 64 * 1024))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        self[0].accepted(accepted, pipelines, admission);
                    }
                });
        if (address.unixPath() == null) {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        ChannelFuture bound =
                bootstrap.bind(BindTarget.of(address, loops.channels())).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw BindFailure.of(address, bound.cause());
        }
        bound.channel().pipeline().addLast(new AcceptTrouble(address));
        self[0] = new Listener(address, stack, bound.channel(), loops);
        return self[0];
    }

    /** Begins to accept. */
    public void open() {
        channel.config().setAutoRead(true);
    }

    /** New connections are handled so from now on. */
    public void use(Stack newStack) {
        stack = newStack;
    }

    public BindAddress address() {
        return address;
    }

    /** The port that was bound; 0 for a Unix socket. */
    public int port() {
        return channel.localAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /** Connections that are open. */
    public int connections() {
        return connections.size();
    }

    /**
     * Stops accepting and frees the address; connections go on, and all that were accepted are counted by {@link #connections}
     * when this returns. Blocks for a moment: never on an event loop.
     */
    public void close() {
        if (!channel.isOpen()) {
            // The path may belong to a successor by now.
            return;
        }
        channel.close().awaitUninterruptibly();
        // An accepted connection waits on its own loop for its pipeline: without this a drain would not see the last
        // ones.
        loops.awaitQueued();
        BindTarget.remove(address);
    }

    /** Ends each connection after the exchange that runs on it; idle ones within a second. */
    public void drain() {
        draining = true;
        for (Channel connection : connections) {
            connection.pipeline().fireUserEventTriggered(Drain.SOON);
        }
    }

    /** Ends every connection now; what still ran is counted as {@code drain_timeout}. */
    public void cut() {
        for (Channel connection : connections) {
            connection.pipeline().fireUserEventTriggered(Drain.NOW);
        }
    }

    private Stack current() {
        return stack;
    }

    private void accepted(Channel connection, Pipelines pipelines, Admission admission) {
        Stack now = stack;
        if (admission.admit(connection, now)) {
            connections.add(connection);
            connection.pipeline().addLast(new Traffic(now.meters()));
            begin(connection, now, pipelines, admission);
            if (draining) {
                connection.pipeline().fireUserEventTriggered(Drain.SOON);
            }
        }
    }

    private void begin(Channel connection, Stack now, Pipelines pipelines, Admission admission) {
        ProxyPeers proxies = now.proxies();
        if (proxies == null) {
            pipelines.begin(connection, now, this::current);
            return;
        }
        connection
                .pipeline()
                .addLast(new ProxyStep(now, proxies, connection, pipelines.loop(connection), (known, ends) -> {
                    if (ends == null || admission.admitBehalf(known, now, ends.source())) {
                        pipelines.on(ends).begin(known, now, this::current);
                    }
                }));
    }

    @Override
    public String toString() {
        @Nullable String name = stack.name();
        return name + " on " + address;
    }
}

package io.portcullis.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.internal.SystemPropertyUtil;
import io.portcullis.config.DnsConfig;
import io.portcullis.config.RuntimeConfig;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The event loops of the process, and the kinds of channel that fit them. Safe for any thread. */
public final class Loops implements AutoCloseable {
    /**
     * The channel classes of one transport.
     *
     * @param unixServer null-free: where a transport has no Unix sockets, this kind cannot be chosen for them
     */
    public record Channels(
            String name,
            Class<? extends ServerChannel> server,
            Class<? extends Channel> client,
            Class<? extends ServerChannel> unixServer,
            Class<? extends Channel> unixClient,
            Class<? extends DatagramChannel> datagram) {}

    private static final String LEAK_DETECTION = "io.netty.leakDetection.level";
    private static final String NETTY_EVENTS = "io.netty.jfr.enabled";
    private static final Channels EPOLL = new Channels(
            "epoll",
            EpollServerSocketChannel.class,
            EpollSocketChannel.class,
            EpollServerDomainSocketChannel.class,
            EpollDomainSocketChannel.class,
            EpollDatagramChannel.class);
    private static final Channels NIO = new Channels(
            "nio",
            NioServerSocketChannel.class,
            NioSocketChannel.class,
            NioServerDomainSocketChannel.class,
            NioDomainSocketChannel.class,
            NioDatagramChannel.class);

    private final MultiThreadIoEventLoopGroup group;
    private final Channels channels;
    private final List<Loop> loops;
    private final IdentityHashMap<EventExecutor, Loop> byExecutor;
    private final Dns dns;

    private Loops(MultiThreadIoEventLoopGroup group, Channels channels, DnsConfig names) {
        this.group = group;
        this.channels = channels;
        List<Loop> made = new ArrayList<>();
        IdentityHashMap<EventExecutor, Loop> index = new IdentityHashMap<>();
        for (EventExecutor executor : group) {
            Loop loop = new Loop(made.size(), (EventLoop) executor, new Deadlines(executor), new ByteWriter());
            made.add(loop);
            index.put(executor, loop);
        }
        loops = List.copyOf(made);
        byExecutor = index;
        dns = new Dns(loops.getFirst(), channels, names);
    }

    /**
     * Starts the event loops.
     *
     * @throws IllegalStateException where the transport asked for cannot be had here; the message says why
     */
    public static Loops start(RuntimeConfig config) {
        prepare();
        int threads = config.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : config.eventLoops();
        LoopThread.Factory threadsNamed = new LoopThread.Factory("loop");
        RuntimeConfig.Transport kind = config.transport();
        if (kind == RuntimeConfig.Transport.AUTO) {
            kind = Epoll.isAvailable() ? RuntimeConfig.Transport.EPOLL : RuntimeConfig.Transport.NIO;
        }
        IoHandlerFactory factory;
        Channels channels;
        switch (kind) {
            case EPOLL -> {
                require(Epoll.isAvailable(), "epoll", Epoll.unavailabilityCause());
                factory = new EpollHandlers();
                channels = EPOLL;
            }
            case IO_URING -> {
                require(IoUring.isAvailable(), "io_uring", IoUring.unavailabilityCause());
                factory = IoUringIoHandler.newFactory();
                channels = ioUring();
            }
            default -> {
                factory = NioIoHandler.newFactory();
                channels = NIO;
            }
        }
        return new Loops(new MultiThreadIoEventLoopGroup(threads, threadsNamed, factory), channels, config.dns());
    }

    public List<Loop> all() {
        return loops;
    }

    /** The loop that drives {@code channel}. */
    public Loop of(Channel channel) {
        Loop loop = byExecutor.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalArgumentException("channel: " + channel + " (expected: one of these loops')");
        }
        return loop;
    }

    public MultiThreadIoEventLoopGroup group() {
        return group;
    }

    public Channels channels() {
        return channels;
    }

    /** Returns when every loop has run what was queued before this call, after two seconds at the latest. Never on a loop. */
    public void awaitQueued() {
        List<Future<?>> turns = new ArrayList<>();
        group.forEach(executor -> turns.add(executor.submit(() -> {})));
        turns.forEach(turn -> turn.awaitUninterruptibly(2, TimeUnit.SECONDS));
    }

    /** Asks name servers. */
    public Dns dns() {
        return dns;
    }

    /** Ends the loops; waits at most two seconds. */
    @Override
    public void close() {
        dns.close();
        var unused = group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }

    /** io_uring has no Unix sockets of its own: epoll's cannot run on its loops, so they are refused at bind. */
    private static Channels ioUring() {
        return new Channels(
                "io_uring",
                IoUringServerSocketChannel.class,
                IoUringSocketChannel.class,
                EpollServerDomainSocketChannel.class,
                EpollDomainSocketChannel.class,
                IoUringDatagramChannel.class);
    }

    /**
     * Sets what Netty reads once and loads its native code, which takes as long as reading a configuration: whoever starts a process
     * may begin with it on a thread of its own.
     *
     * <p>Netty's events for a flight recording are a tenth of a start, and told of each buffer: they are made only where
     * {@code -Dio.netty.jfr.enabled=true} asks for them.
     */
    public static void prepare() {
        if (System.getProperty(NETTY_EVENTS) == null) {
            System.setProperty(NETTY_EVENTS, "false");
        }
        quietLeakDetector();
        Epoll.isAvailable();
    }

    /**
     * Netty's leak detector follows one buffer in 128, at 3 % of a keep-alive request's cost (src/bench/README.md). Tests follow every
     * buffer; a process follows none, but where {@code -Dio.netty.leakDetection.level} asks for it.
     */
    private static void quietLeakDetector() {
        if (SystemPropertyUtil.get(LEAK_DETECTION) == null) {
            ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
        }
    }

    private static void require(boolean available, String name, Throwable cause) {
        if (!available) {
            throw new IllegalStateException("runtime.transport: " + name + " is not available here ("
                    + (cause == null ? "no reason given" : cause.getMessage())
                    + "); write auto, which takes epoll or NIO");
        }
    }
}

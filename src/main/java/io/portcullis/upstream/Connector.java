package io.portcullis.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.portcullis.config.DialConfig;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.http.HeadLimits;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.LateFlush;
import io.portcullis.net.Loop;
import io.portcullis.net.Loops;
import io.portcullis.net.Networks;
import io.portcullis.net.Peer;
import io.portcullis.net.TcpOptions;
import io.portcullis.tls.EndpointTls;
import io.portcullis.tls.EndpointTlsFailure;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** Dials one endpoint. Safe for any thread. */
final class Connector {
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_FIELDS = 256;

    private final UpstreamConfig config;
    private final UpstreamConfig.EndpointAddress address;
    private final String name;
    private final Loops loops;
    private final SocketAddress remote;
    private final int headerLimit;
    private final TcpOptions tcp;
    private final @Nullable EndpointTls tls;

    Connector(
            UpstreamConfig config,
            UpstreamConfig.EndpointAddress address,
            Loops loops,
            int headerLimit,
            @Nullable EndpointTls tls) {
        this.tls = tls;
        this.config = config;
        this.address = address;
        this.name = address.authority();
        this.loops = loops;
        this.headerLimit = headerLimit;
        this.remote = remote(address, loops);
        DialConfig.Tcp wanted = config.dial().tcp();
        this.tcp = new TcpOptions(
                wanted.keepAliveIdle(), wanted.keepAliveInterval(), wanted.keepAliveCount(), wanted.userTimeout());
    }

    String name() {
        return name;
    }

    /** Begins to dial on {@code loop}; the future ends on it. */
    Future<Channel> dial(Loop loop, ChannelHandler connection) {
        return dial(loop, connection, null);
    }

    /**
     * The same for {@code client}'s request.
     *
     * @param client null for a check of ours
     */
    Future<Channel> dial(Loop loop, ChannelHandler connection, @Nullable Peer client) {
        long deadline = System.nanoTime() + config.connectTimeout().toNanos();
        Promise<Channel> ready = loop.executor().newPromise();
        DialConfig.ProxyProtocol header = config.dial().proxyProtocol();
        connect(loop, tls == null ? connection : tls.handshake(deadline, connection, ready))
                .addListener((ChannelFuture dialled) -> {
                    if (dialled.isSuccess() && header != DialConfig.ProxyProtocol.OFF) {
                        // The connection is not yet told to be active: nothing can go before this, not even TLS.
                        var unused = dialled.channel()
                                .write(ProxyGreeting.header(
                                        header, client, dialled.channel().localAddress()));
                    }
                    if (!dialled.isSuccess()) {
                        ready.tryFailure(dialled.cause());
                    } else if (tls == null) {
                        ready.trySuccess(dialled.channel());
                    }
                });
        return ready;
    }

    /** Makes a connection on which nothing is said, by TCP alone. */
    ChannelFuture touch(Loop loop) {
        return connect(loop, new ChannelInboundHandlerAdapter());
    }

    private ChannelFuture connect(Loop loop, ChannelHandler handler) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop.executor())
                .channel(
                        address.unixPath() != null
                                ? loops.channels().unixClient()
                                : loops.channels().client())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        config.connectTimeout().toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(32 * 1024, 64 * 1024))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        LateFlush.first(channel);
                        channel.pipeline().addLast(handler);
                    }
                });
        if (address.unixPath() == null) {
            bootstrap.option(ChannelOption.TCP_NODELAY, true).option(ChannelOption.SO_KEEPALIVE, true);
            tcp.on(bootstrap, loops.channels());
            InetAddress own = config.dial().bindAddress();
            if (own != null) {
                bootstrap.localAddress(new InetSocketAddress(own, 0));
            }
        }
        bootstrap.resolver(NoopAddressResolverGroup.INSTANCE);
        return bootstrap.connect(remote);
    }

    /** Ends our direction of {@code channel}; the endpoint's goes on. */
    void endOurSide(DuplexChannel channel) {
        if (tls == null) {
            LateFlush.now(channel);
            channel.shutdownOutput();
        } else {
            EndpointTls.endOurSide(channel);
        }
    }

    /** How large a response's head may be. */
    HeadLimits headLimits() {
        return HeadLimits.ofResponses(MAX_LINE, headerLimit, MAX_FIELDS);
    }

    /** Why a dial failed. Nothing was sent, so it may be tried elsewhere. */
    Failure failure(@Nullable Throwable cause) {
        String to = " to " + address;
        if (cause instanceof ConnectTimeoutException) {
            return Failure.untouched(
                    FailureKind.CONNECT_TIMEOUT,
                    "no connection" + to + " within " + config.connectTimeout().toMillis() + " ms");
        }
        Failure ofTls = tlsFailure(cause);
        if (ofTls != null) {
            return Failure.untouched(ofTls.kind(), ofTls.detail());
        }
        String text = cause == null || cause.getMessage() == null ? "" : cause.getMessage();
        if (cause instanceof ConnectException && text.contains("refused")) {
            return Failure.untouched(
                    FailureKind.CONNECT_REFUSED, "connection" + to + " refused: nothing listens there");
        }
        if (cause instanceof ClosedChannelException) {
            return Failure.untouched(FailureKind.CONNECT_FAILED, "connection" + to + " was closed while it was made");
        }
        return Failure.untouched(FailureKind.CONNECT_FAILED, "no connection" + to + ": " + text);
    }

    /** What {@code cause} says of TLS; null where it says nothing. */
    @Nullable
    Failure tlsFailure(@Nullable Throwable cause) {
        EndpointTlsFailure found = tls == null ? null : EndpointTlsFailure.of(cause);
        if (found == null) {
            return null;
        }
        String detail = address + ": " + found.sentence();
        return switch (found.kind()) {
            case CERTIFICATE -> Failure.of(FailureKind.TLS_CERTIFICATE_REFUSED, detail);
            case ALERT -> Failure.of(FailureKind.TLS_ALERT, detail);
            case PROTOCOL -> Failure.of(FailureKind.TLS_FAILED, detail);
            case TIMEOUT -> Failure.of(FailureKind.CONNECT_TIMEOUT, detail);
        };
    }

    /** Why an HTTP/2 connection, which was made, took no call. */
    Failure unopened(String how, @Nullable Failure ofTls) {
        return ofTls != null
                ? Failure.untouched(ofTls.kind(), ofTls.detail())
                : Failure.untouched(
                        FailureKind.CONNECT_FAILED,
                        address + " " + how + " before its HTTP/2 SETTINGS (protocol = "
                                + config.protocol().word() + ")");
    }

    private static SocketAddress remote(UpstreamConfig.EndpointAddress address, Loops loops) {
        if (address.unixPath() != null) {
            return loops.channels().name().equals("nio")
                    ? UnixDomainSocketAddress.of(address.unixPath())
                    : new DomainSocketAddress(address.unixPath().toString());
        }
        byte[] literal = Networks.bytes(address.ip() == null ? address.host() : address.ip());
        if (literal == null) {
            throw new IllegalArgumentException("address: " + address + " (expected: an IP address)");
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(literal), address.port());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("a literal of 4 or 16 bytes", impossible);
        }
    }
}

package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.ClientHello;
import io.portcullis.tls.FirstBytes;
import io.portcullis.tls.TlsFailure;
import io.portcullis.tls.TlsTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first step of a TLS connection: reads the ClientHello, picks the certificate, and gives way to the TLS engine.
 *
 * <p>Refuses here, by the right alert, what the engine would let pass: a name nobody serves, application protocols of which we
 * speak none (rule S07). Answers plain HTTP in words (rule S17).
 */
@io.portcullis.net.OnLoop
final class TlsStep extends SslClientHelloHandler<TlsTarget> {
    /** Where the engine stands in the pipeline. */
    static final String ENGINE = "tls";

    private static final int RELOADS_IN_A_ROW = 3;

    private final Handshake handshake;
    private final Supplier<Stack> current;
    private Stack stack;
    private @Nullable String serverName;
    private @Nullable Linger linger;
    private boolean refused;
    private boolean known;

    /** @param current what the listener does by now */
    TlsStep(Stack stack, Supplier<Stack> current, Handshake handshake) {
        super(stack.limits().clientHello());
        this.stack = stack;
        this.current = current;
        this.handshake = handshake;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (refused) {
            discard(in);
            return;
        }
        if (!known) {
            switch (FirstBytes.of(in)) {
                case UNDECIDED -> {
                    return;
                }
                case TLS -> known = true;
                case HTTP -> {
                    String reply = PlainHttpReply.to(in, ctx.channel().localAddress());
                    in.skipBytes(in.readableBytes());
                    refused = true;
                    handshake.failed(TlsFailure.PLAIN_HTTP);
                    Linger begun = new Linger(handshake.loop(), ctx.channel());
                    linger = begun;
                    ctx.writeAndFlush(Unpooled.copiedBuffer(reply, java.nio.charset.StandardCharsets.UTF_8))
                            .addListener(written -> begun.begin());
                    return;
                }
                case FOREIGN -> {
                    in.skipBytes(in.readableBytes());
                    refuse(ctx, TlsFailure.NOT_TLS, Unpooled.EMPTY_BUFFER);
                    return;
                }
            }
        }
        super.decode(ctx, in, out);
    }

    private void discard(ByteBuf in) {
        if (linger == null) {
            in.skipBytes(in.readableBytes());
        } else {
            linger.discard(in.readRetainedSlice(in.readableBytes()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        if (linger != null) {
            linger.over();
        }
        super.channelInactive(ctx);
    }

    @Override
    protected Future<TlsTarget> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf bytes) {
        ClientHello hello = bytes == null ? null : ClientHello.parse(bytes);
        if (hello == null) {
            return failed(ctx, TlsFailure.MALFORMED);
        }
        serverName = hello.serverName();
        handshake.said(hello);
        if (!hello.protocols().isEmpty() && hello.protocols().stream().noneMatch(stack.alpn()::contains)) {
            return failed(ctx, TlsFailure.NO_APPLICATION_PROTOCOL);
        }
        TlsTarget target = match(ctx);
        return target == null
                ? failed(ctx, TlsFailure.UNRECOGNIZED_NAME)
                : ctx.executor().newSucceededFuture(target);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, Future<TlsTarget> found) {
        if (refused) {
            return;
        }
        if (!found.isSuccess()) {
            TlsFailure why = found.cause() instanceof Refusal refusal ? refusal.failure : TlsFailure.of(found.cause());
            refuse(ctx, why, Unpooled.wrappedBuffer(why.alertRecord()));
            return;
        }
        SslHandler engine = engine(ctx, found.getNow());
        if (engine == null) {
            refuse(ctx, TlsFailure.INTERNAL, Unpooled.wrappedBuffer(TlsFailure.INTERNAL.alertRecord()));
            return;
        }
        // One deadline from accept to the end of the handshake, ours, takes the place of the engine's timer.
        engine.setHandshakeTimeoutMillis(0);
        engine.setCloseNotifyFlushTimeoutMillis(3000);
        // First, for with the engine in its place the client's first message goes on at once.
        handshake.watchedBy(AlertWatch.around(ctx.pipeline(), ctx.name()));
        ctx.pipeline().replace(this, ENGINE, engine);
    }

    /**
     * The engine for {@code found}. A reload may have closed its index since this connection was accepted, for a client may take long
     * over its first message: then the listener's present certificates serve it, with all that belongs to them.
     */
    private @Nullable SslHandler engine(ChannelHandlerContext ctx, TlsTarget found) {
        TlsTarget target = found;
        SslHandler engine = target.newHandler(ctx.alloc());
        for (int i = 0; engine == null && i < RELOADS_IN_A_ROW; i++) {
            stack = current.get();
            TlsTarget again = match(ctx);
            if (again != null) {
                target = again;
                engine = target.newHandler(ctx.alloc());
            }
        }
        handshake.ready(stack, target);
        return engine;
    }

    private @Nullable TlsTarget match(ChannelHandlerContext ctx) {
        InetAddress local = ctx.channel().localAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null;
        CertificateIndex certificates = stack.certificates();
        return certificates == null ? null : certificates.match(serverName, local);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!refused) {
            TlsFailure why = TlsFailure.of(cause);
            refuse(ctx, why, Unpooled.wrappedBuffer(why.alertRecord()));
        }
    }

    private void refuse(ChannelHandlerContext ctx, TlsFailure why, ByteBuf lastWords) {
        refused = true;
        handshake.failed(why);
        ctx.writeAndFlush(lastWords).addListener(ChannelFutureListener.CLOSE);
    }

    private static Future<TlsTarget> failed(ChannelHandlerContext ctx, TlsFailure why) {
        return ctx.executor().newFailedFuture(new Refusal(why));
    }

    /** Carries a refusal through the look-up's future; has no stack, it is no mistake. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient TlsFailure failure;

        Refusal(TlsFailure failure) {
            super(failure.reason(), null, false, false);
            this.failure = failure;
        }
    }
}

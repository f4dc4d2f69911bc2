package io.portcullis.listen;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.portcullis.net.Deadline;
import io.portcullis.net.Loop;
import io.portcullis.net.TlsFacts;
import io.portcullis.tls.Agreement;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.ClientHello;
import io.portcullis.tls.ClientIdentity;
import io.portcullis.tls.TlsFailure;
import io.portcullis.tls.TlsTarget;
import java.security.cert.CertificateException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the end of a TLS handshake, counts it, and puts the front in its own place. */
@io.portcullis.net.OnLoop
final class Handshake extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    private final Pipelines pipelines;
    private Stack stack;
    private final Loop loop;
    private final long beganNanos = System.nanoTime();
    private final Deadline deadline = new Deadline(this::late);
    private @Nullable ChannelHandlerContext context;
    private @Nullable TlsTarget target;
    private @Nullable String serverName;
    private @Nullable String fingerprint;
    private boolean over;
    private boolean draining;

    Handshake(Pipelines pipelines, Stack stack, Loop loop) {
        this.pipelines = pipelines;
        this.stack = stack;
        this.loop = loop;
    }

    Loop loop() {
        return loop;
    }

    /** The client's first message. */
    void said(ClientHello hello) {
        fingerprint = hello.ja4();
    }

    /** The engine is about to begin. */
    void ready(Stack withStack, TlsTarget with, @Nullable String name) {
        stack = withStack;
        target = with;
        serverName = name;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        loop.deadlines().add(deadline);
        deadline.in(stack.timeouts().tlsHandshake());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.deadlines().remove(deadline);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                succeeded(ctx);
            } else {
                failed(TlsFailure.of(completion.cause()));
                ctx.close();
            }
        } else if (event == Drain.NOW) {
            ctx.close();
        } else if (event == Drain.SOON) {
            // A handshake that runs may end; the front is told then.
            draining = true;
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        failed(TlsFailure.CLIENT_CLOSED);
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        failed(TlsFailure.of(cause));
        ctx.close();
    }

    /** Counts a failure, once. */
    void failed(TlsFailure why) {
        if (over) {
            return;
        }
        over = true;
        deadline.clear();
        stack.meters().handshakeFailed(why.reason());
        if (LOG.isDebugEnabled() && context != null) {
            LOG.debug(
                    "TLS handshake of {} on listener {} failed: {} ({}; name asked for: {})",
                    context.channel().remoteAddress(),
                    stack.name(),
                    why.sentence(),
                    why.reason(),
                    serverName == null ? "none" : serverName);
        }
    }

    private void succeeded(ChannelHandlerContext ctx) {
        SslHandler engine = (SslHandler) ctx.pipeline().get(TlsStep.ENGINE);
        Agreement made = Agreement.of(engine.engine());
        TlsFacts facts;
        try {
            facts = facts(engine, made, System.nanoTime() - beganNanos);
        } catch (CertificateException e) {
            failed(TlsFailure.CLIENT_CERTIFICATE_REFUSED);
            ctx.close();
            return;
        }
        over = true;
        stack.meters().handshake(made.version(), made.cipher(), made.group(), made.resumed(), facts.handshakeNanos());
        AlertWatch.around(ctx.pipeline(), TlsStep.ENGINE);
        if (Objects.requireNonNull(stack.certificates()).growsRecords()) {
            ctx.pipeline().addAfter(TlsStep.ENGINE, null, new RecordGrowth(engine));
        }
        pipelines.front(ctx.channel(), stack, facts, "h2".equals(engine.applicationProtocol()));
        ctx.pipeline().remove(this);
        if (draining) {
            ctx.channel().pipeline().fireUserEventTriggered(Drain.SOON);
        }
    }

    /** Throws where the client's certificate, good when its session was made, is so no more. */
    private TlsFacts facts(SslHandler engine, Agreement made, long nanos) throws CertificateException {
        TlsTarget by = Objects.requireNonNull(target);
        CertificateIndex certificates = Objects.requireNonNull(stack.certificates());
        ClientIdentity client = by.client(engine.engine(), made.resumed());
        return new TlsFacts(
                made.version(),
                made.cipher(),
                made.group(),
                made.resumed(),
                serverName,
                client == null ? null : new TlsFacts.Client(client.subject(), client.certificate(), client.chain()),
                host -> certificates.serves(by, host),
                nanos,
                stack.hsts(),
                fingerprint);
    }

    private void late() {
        if (!over && context != null) {
            failed(TlsFailure.TIMEOUT);
            context.close();
        }
    }
}

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
import io.portcullis.tls.ClientFamily;
import io.portcullis.tls.ClientHello;
import io.portcullis.tls.ClientIdentity;
import io.portcullis.tls.FailedHandshake;
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
    private @Nullable ClientHello hello;
    private @Nullable AlertWatch alerts;
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
    void said(ClientHello first) {
        hello = first;
    }

    /** Who sees the alerts that go to and fro. */
    void watchedBy(AlertWatch watch) {
        alerts = watch;
    }

    /** The engine is about to begin. */
    void ready(Stack withStack, TlsTarget with) {
        stack = withStack;
        target = with;
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
                failed(ctx, completion.cause());
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
        failed(ctx, cause);
    }

    /** The engine failed. Its alert goes out with the closing: count what was sent after it. */
    private void failed(ChannelHandlerContext ctx, Throwable cause) {
        boolean first = !over;
        over = true;
        if (first && alerts != null && TlsFailure.of(cause) == TlsFailure.SIGNER_UNAVAILABLE) {
            // The engine gives up without a word, and before its first: the whole of its flight waits for the
            // signature.
            alerts.say(TlsFailure.SIGNER_UNAVAILABLE.alertRecord());
        }
        ctx.close();
        if (first) {
            int received = alerts == null ? -1 : alerts.received();
            count(FailedHandshake.of(cause, hello, received, alerts == null ? -1 : alerts.sent()));
        }
    }

    /** Counts a failure, once. */
    void failed(TlsFailure why) {
        if (!over) {
            over = true;
            count(FailedHandshake.refused(why, hello));
        }
    }

    private void count(FailedHandshake failed) {
        deadline.clear();
        stack.meters().handshakeFailed(failed.reason().reason(), failed.family().label());
        if (stack.certificates() != null) {
            stack.witness().failed(stack.certificates(), target, failed);
        }
        if (LOG.isDebugEnabled() && context != null) {
            LOG.debug(
                    "TLS handshake of {} on listener {} failed: {}",
                    context.channel().remoteAddress(),
                    stack.name(),
                    failed.text());
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
        String protocol = engine.applicationProtocol();
        stack.meters().client(ClientFamily.of(hello).label(), protocol);
        if (alerts != null) {
            alerts.established();
        }
        if (Objects.requireNonNull(stack.certificates()).growsRecords()) {
            ctx.pipeline().addAfter(TlsStep.ENGINE, null, new RecordGrowth(engine));
        }
        pipelines.front(ctx.channel(), stack, facts, "h2".equals(protocol));
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
        ClientHello first = Objects.requireNonNull(hello);
        String ja4 = stack.fingerprints() ? first.ja4() : null;
        return new TlsFacts(
                made.version(),
                made.cipher(),
                made.group(),
                made.resumed(),
                first.serverName(),
                client == null
                        ? null
                        : new TlsFacts.Client(client.subject(), client.names(), client.certificate(), client.chain()),
                host -> certificates.serves(by, host),
                nanos,
                stack.hsts(),
                by.told(client),
                ja4,
                stack.witness().served(certificates, by, first, ja4));
    }

    private void late() {
        if (!over && context != null) {
            failed(TlsFailure.TIMEOUT);
            context.close();
        }
    }
}

package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.Http1Decoder;
import io.portcullis.http.Http1Reader;
import io.portcullis.http.HttpDate;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.LateFlush;
import io.portcullis.net.Loop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server side of one HTTP/1.1 connection: one exchange at a time, in order.
 *
 * <pre>
 * state       waits for                    late means
 * idle        a request's first byte       close without a word (keep-alive)
 * head        the end of a head            408 (request-head)
 * exchange    see Http1Exchange            408 (request-body-idle) or cut (response-write)
 * lingering   the client's close           close
 * </pre>
 *
 * Bytes of requests that a client sends ahead stay undecoded, at most what one read brought, and reading stops until their turn
 * comes (rule F22).
 */
@io.portcullis.net.OnLoop
final class Http1Front extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Front.class);

    /** How long idle connections may still begin an exchange once we drain. */
    private static final Duration DRAIN_IDLE = Duration.ofSeconds(1);

    private final Loop loop;
    private final Stack stack;
    private final ClientConnection client;
    private final Http1Decoder<RequestHead> decoder;
    private final HttpDate date = new HttpDate();
    private final ReadAhead ahead;
    private final Deadline deadline = new Deadline(this::late);
    private @Nullable Channel channel;
    private @Nullable Http1Exchange current;
    private @Nullable Linger linger;
    private boolean inHead;
    private boolean draining;
    private boolean closing;
    private boolean heardAll;
    private boolean stopped;

    Http1Front(Loop loop, Stack stack, ClientConnection client) {
        this.loop = loop;
        this.stack = stack;
        this.client = client;
        this.decoder = new Http1Decoder<>(stack.headLimits(), new RequestReading(this));
        this.ahead = new ReadAhead(decoder);
    }

    Loop loop() {
        return loop;
    }

    Stack stack() {
        return stack;
    }

    ClientConnection client() {
        return client;
    }

    HttpDate date() {
        return date;
    }

    Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("channel: not in a pipeline yet");
        }
        return channel;
    }

    /** The deadline for what the client has to send. */
    Deadline deadline() {
        return deadline;
    }

    /** The exchange that runs; null between two. */
    @Nullable
    Http1Exchange current() {
        return current;
    }

    /** Whether the exchange that runs is the last. */
    boolean isLast() {
        return draining || closing || heardAll && ahead.isEmpty();
    }

    /** Whether nothing that may still be decoded gets an answer. */
    boolean isClosing() {
        return closing;
    }

    /** Reads on or stops reading. */
    void reading(boolean on) {
        if (stopped == on) {
            stopped = !on;
            channel().config().setAutoRead(on);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        loop.deadlines().add(deadline);
        deadline.in(stack.timeouts().keepAlive());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.deadlines().remove(deadline);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (linger != null) {
            linger.discard(in);
        } else if (closing && current == null) {
            in.release();
        } else {
            ahead.take(in);
            if (!ahead.isEmpty()) {
                reading(false);
            } else if (current == null) {
                reading(true);
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (current != null) {
            current.onReadComplete();
        } else if (!inHead && !closing && decoder.isInHead()) {
            inHead = true;
            deadline.in(stack.timeouts().requestHead());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (current != null) {
            current.onWritabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Drain.SOON) {
            draining = true;
            if (current == null && !inHead && linger == null) {
                deadline.in(DRAIN_IDLE);
            }
        } else if (event == Drain.NOW) {
            cutNow();
        } else if (event instanceof ChannelInputShutdownEvent) {
            halfClosed();
        } else if (event instanceof SslCloseCompletionEvent && linger == null) {
            // The engine that heard close_notify has closed our side as well: nothing more can be sent.
            channel().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        if (linger != null) {
            linger.over();
        }
        ahead.shut();
        if (current != null) {
            current.onClosed(Failure.of(FailureKind.CLIENT_GONE, "the client closed the connection"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (current != null) {
            current.onClosed(Failure.of(
                    FailureKind.CLIENT_GONE, "the client's connection broke: " + Http1Reader.describe(cause)));
        }
        closing = true;
        channel().close();
    }

    /** The exchange is over and everything of it was sent. */
    void next(boolean close, boolean unread) {
        current = null;
        if (close || closing) {
            closing = true;
            deadline.clear();
            boolean more = unread || !ahead.isEmpty();
            ahead.shut();
            if (more) {
                linger = new Linger(loop, channel());
                linger.begin();
            } else {
                channel().close();
            }
            return;
        }
        inHead = false;
        deadline.in(draining ? DRAIN_IDLE : stack.timeouts().keepAlive());
        ahead.next();
        if (heardAll && current == null && ahead.isEmpty()) {
            channel().close();
        } else if (ahead.isEmpty() && channel().isActive()) {
            reading(true);
        }
    }

    /** From here on the client's bytes are no longer HTTP. Those that it sent ahead go first. */
    void tunnel() {
        decoder.tunnel();
        ahead.next();
        if (ahead.isEmpty()) {
            reading(true);
        }
    }

    private void cutNow() {
        if (current != null) {
            current.cut(Failure.of(
                    FailureKind.DRAIN_TIMEOUT, "the exchange was still running at the end of drain.timeout"));
        } else {
            channel().close();
        }
    }

    /**
     * The client will send nothing more (plain TCP alone: over TLS that is the end). It waits for answers to what it sent whole (rule
     * R08); in a tunnel the other direction goes on (rule R09); else it has gone.
     */
    private void halfClosed() {
        heardAll = true;
        if (current == null || !current.onHalfClosed()) {
            closing = true;
            channel().close();
        }
    }

    /** The exchange was cut: the connection is of no further use. */
    void cut(boolean reset) {
        current = null;
        closing = true;
        deadline.clear();
        ahead.shut();
        if (reset) {
            // A body that ends with the connection would look whole after an orderly close.
            channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        LateFlush.cut(channel());
    }

    /** Begins {@code exchange}. */
    void handle(Http1Exchange exchange) {
        inHead = false;
        deadline.clear();
        current = exchange;
        try {
            stack.handler().handle(exchange);
        } catch (RuntimeException e) {
            LOG.error("internal error in an exchange on listener {}", stack.name(), e);
            exchange.cut(Failure.of(FailureKind.INTERNAL, e.toString()));
        }
        exchange.expectBody();
    }

    private void late() {
        if (current != null) {
            current.onBodyLate();
        } else if (inHead && !closing) {
            handle(new Http1Exchange(this, StandIn.head(), stack.headLate()));
        } else {
            closing = true;
            channel().close();
        }
    }
}

package io.portcullis.listen;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.Http1Reader;
import io.portcullis.http.HttpDate;
import io.portcullis.http.Reading;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
 * Requests that a client sends ahead wait as decoded messages; at {@code limits.pipelined} of them, or at the first with a body,
 * reading stops until their turn comes (rule F22).
 */
@io.portcullis.net.OnLoop
final class Http1Front extends ChannelInboundHandlerAdapter {
    /** How long idle connections may still begin an exchange once we drain. */
    private static final Duration DRAIN_IDLE = Duration.ofSeconds(1);

    private final Loop loop;
    private final Stack stack;
    private final ClientConnection client;
    private final Http1Reader reader;
    private final HttpDate date = new HttpDate();
    private final Ahead ahead = new Ahead();
    private final Deadline deadline = new Deadline(this::late);
    private @Nullable Channel channel;
    private @Nullable Http1Exchange current;
    private @Nullable Linger linger;
    private boolean inHead;
    private boolean draining;
    private boolean closing;
    private boolean stopped;

    Http1Front(Loop loop, Stack stack, ClientConnection client) {
        this.loop = loop;
        this.stack = stack;
        this.client = client;
        this.reader = new Http1Reader(stack.limits().headerCount());
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

    /** Whether the exchange that runs is the last. */
    boolean isLast() {
        return draining || closing;
    }

    /** Bytes came and are being decoded. */
    void bytesArrived() {
        if (current == null && !inHead && !closing) {
            inHead = true;
            deadline.in(stack.timeouts().requestHead());
        }
    }

    /** Reads on or stops reading. */
    void reading(boolean on) {
        stopped = !on;
        channel().config().setAutoRead(on);
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
        if (linger != null) {
            linger.discard(message);
        } else if (closing && current == null) {
            ReferenceCountUtil.release(message);
        } else if (!ahead.isEmpty() || current != null && message instanceof HttpRequest) {
            queue(message);
        } else {
            take(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (current != null) {
            current.onReadComplete();
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
        if (event == Drain.EVENT) {
            draining = true;
            if (current == null && !inHead && linger == null) {
                deadline.in(DRAIN_IDLE);
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        loop.deadlines().remove(deadline);
        if (linger != null) {
            linger.over();
        }
        ahead.free();
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
    void next(boolean close, boolean unreadBody) {
        current = null;
        if (close || closing) {
            closing = true;
            deadline.clear();
            ahead.free();
            if (unreadBody) {
                linger = new Linger(loop, channel());
                linger.begin();
            } else {
                channel().close();
            }
            return;
        }
        inHead = false;
        while (current == null && !ahead.isEmpty() && !closing) {
            take(Objects.requireNonNull(ahead.poll()));
        }
        if (current == null && !closing && !inHead) {
            deadline.in(draining ? DRAIN_IDLE : stack.timeouts().keepAlive());
        }
        if (stopped && ahead.isEmpty() && channel().isActive()) {
            reading(true);
        }
    }

    /** The exchange was cut: the connection is of no further use. */
    void cut(boolean reset) {
        current = null;
        closing = true;
        deadline.clear();
        ahead.free();
        if (reset) {
            // A body that ends with the connection would look whole after an orderly close.
            channel().config().setOption(io.netty.channel.ChannelOption.SO_LINGER, 0);
        }
        // Not through the TLS engine: its close_notify would say that all was sent.
        channel().pipeline().firstContext().close();
    }

    private void queue(Object message) {
        ahead.add(message);
        if (!stopped && ahead.isFull(stack.limits().pipelined())) {
            reading(false);
        }
    }

    private void take(Object message) {
        if (message instanceof HttpRequest request) {
            begin(request);
            if (message instanceof HttpContent content) {
                content.release();
            }
        } else if (current != null) {
            current.onContent((HttpContent) message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(HttpRequest message) {
        inHead = false;
        deadline.clear();
        switch (reader.request(message, client)) {
            case RequestHead head -> {
                boolean tooLarge = head.bodyLength() > stack.limits().requestBody();
                Failure fault = tooLarge
                        ? Failure.of(
                                FailureKind.REQUEST_BODY_TOO_LARGE,
                                "Content-Length " + head.bodyLength() + " (limits.request-body "
                                        + stack.limits().requestBody() + ")")
                        : null;
                handle(new Http1Exchange(this, head, fault));
            }
            case Reading.Refused<RequestHead> refused ->
                handle(new Http1Exchange(this, StandIn.unreadable(message), refused.why()));
        }
    }

    private void handle(Http1Exchange exchange) {
        current = exchange;
        try {
            stack.handler().handle(exchange);
        } catch (RuntimeException e) {
            exchange.onMishap(e);
        }
        exchange.expectBody();
    }

    private void late() {
        if (linger != null || closing && current == null) {
            channel().close();
        } else if (current != null) {
            current.onBodyLate();
        } else if (inHead) {
            Failure why = Failure.of(
                    FailureKind.REQUEST_HEAD_TIMEOUT,
                    "the head was not complete within "
                            + stack.timeouts().requestHead().toMillis() + " ms");
            handle(new Http1Exchange(this, StandIn.nothing(), why));
        } else {
            closing = true;
            channel().close();
        }
    }
}

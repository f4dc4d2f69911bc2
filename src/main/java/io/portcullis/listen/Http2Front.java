package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.portcullis.config.Limits;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.HeadLimits;
import io.portcullis.http.Http1Reader;
import io.portcullis.http.Http2Block;
import io.portcullis.http.Http2Code;
import io.portcullis.http.Http2Session;
import io.portcullis.http.Http2Settings;
import io.portcullis.http.Http2Stream;
import io.portcullis.http.HttpDate;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server side of one HTTP/2 connection: an exchange for each stream.
 *
 * <pre>
 * state       waits for                         late means
 * idle        a stream                          GOAWAY, close (keep-alive)
 * head        the end of a block of fields      GOAWAY, close (request-head)
 * streams     see Http2Exchange                 the stream alone ends
 * draining    the client's sign that it knows   new streams are refused from here on; close after the last
 * lingering   the client's close                close
 * </pre>
 */
@io.portcullis.net.OnLoop
final class Http2Front extends ChannelInboundHandlerAdapter implements Http2Session.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Front.class);

    /** How long a client has to hear that we drain, before streams that it still opens are refused. */
    private static final Duration DRAIN_NOTICE = Duration.ofSeconds(1);

    private final Loop loop;
    private final Stack stack;
    private final ClientConnection client;
    private final HeadLimits limits;
    private final HttpDate date = new HttpDate();
    private final Deadline deadline = new Deadline(this::late);
    private final java.util.ArrayList<Http2Exchange> exchanges = new java.util.ArrayList<>();
    private @Nullable Http2Session session;
    private @Nullable Linger linger;
    private boolean inHead;
    private boolean draining;
    private boolean closing;

    Http2Front(Loop loop, Stack stack, ClientConnection client) {
        this.loop = loop;
        this.stack = stack;
        this.client = client;
        Limits most = stack.limits();
        this.limits = HeadLimits.ofRequests(most.requestLine(), most.headerBytes(), most.headerCount());
    }

    Loop loop() {
        return loop;
    }

    HeadLimits limits() {
        return limits;
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

    Http2Session session() {
        if (session == null) {
            throw new IllegalStateException("session: not in a pipeline yet");
        }
        return session;
    }

    private Channel channel() {
        return session().channel();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Http2Settings settings = new Http2Settings(
                stack.http2().maxStreams(),
                stack.http2().streamWindow(),
                stack.http2().connectionWindow(),
                limits);
        session = new Http2Session(true, ctx.channel(), loop, settings, this);
        session.begin();
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
            return;
        }
        try {
            session().read(in);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        session().readComplete();
        boolean within = session().isWithinHead();
        if (within != inHead && !closing) {
            inHead = within;
            rest();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        session().writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Drain.SOON) {
            drain();
        } else if (event == Drain.NOW) {
            for (Http2Exchange exchange : List.copyOf(exchanges)) {
                exchange.cut(Failure.of(
                        FailureKind.DRAIN_TIMEOUT, "the exchange was still running at the end of drain.timeout"));
            }
            end(Http2Code.NO_ERROR, "");
        } else if (event instanceof ChannelInputShutdownEvent) {
            // Without what a client sends, windows for one, a connection of many streams cannot go on.
            channel().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        loop.deadlines().remove(deadline);
        if (linger != null) {
            linger.over();
        }
        session().closed("the client closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        closing = true;
        session().closed("the client's connection broke: " + Http1Reader.describe(cause));
        channel().close();
    }

    @Override
    public void opened(Http2Stream stream, Http2Block block, boolean last) {
        deadline.clear();
        Http2Exchange exchange = Http2Opening.of(this, stream, block, last);
        stream.owner(exchange);
        exchanges.add(exchange);
        exchange.slot = exchanges.size() - 1;
        try {
            stack.handler().handle(exchange);
        } catch (RuntimeException e) {
            LOG.error("internal error in an exchange on listener {}", stack.name(), e);
            exchange.cut(Failure.of(FailureKind.INTERNAL, e.toString()));
        }
        exchange.expectBody();
    }

    /** {@code exchange} is over. */
    void over(Http2Exchange exchange) {
        Http2Exchange last = exchanges.removeLast();
        if (last != exchange) {
            exchanges.set(exchange.slot, last);
            last.slot = exchange.slot;
        }
    }

    @Override
    public void closed() {
        if (session().streams() == 0 && !closing) {
            rest();
        }
    }

    @Override
    public void ponged() {
        if (draining) {
            refuseNew();
        }
    }

    @Override
    public void broken(Http2Code code, String flood, String detail) {
        String kind = flood.isEmpty() ? code.name().toLowerCase(Locale.ROOT) : flood;
        stack.meters().connectionBroken(kind);
        LOG.debug("HTTP/2 connection of {} on listener {} ended ({}): {}", client.peer(), stack.name(), kind, detail);
        leave();
    }

    /** The client takes nothing from the whole connection. */
    void stalled() {
        if (!channel().isWritable()) {
            closing = true;
            session().closed("the client read nothing");
            channel().pipeline().firstContext().close();
        }
    }

    private void drain() {
        if (draining || closing) {
            return;
        }
        draining = true;
        session().announceEnd();
        session().ping();
        deadline.in(DRAIN_NOTICE);
    }

    private void refuseNew() {
        session().refuseNew();
        if (session().streams() == 0) {
            end(Http2Code.NO_ERROR, "");
        } else {
            deadline.clear();
        }
    }

    /** Sets the clock for what is waited for now. */
    private void rest() {
        if (inHead) {
            deadline.in(stack.timeouts().requestHead());
        } else if (session().streams() > 0) {
            deadline.clear();
        } else if (draining) {
            // The last answer is still on its way to the socket.
            loop.executor().execute(this::refuseNew);
        } else {
            deadline.in(stack.timeouts().keepAlive());
        }
    }

    private void late() {
        if (linger != null || closing) {
            channel().close();
        } else if (inHead) {
            end(
                    Http2Code.ENHANCE_YOUR_CALM,
                    "a head was not complete within "
                            + stack.timeouts().requestHead().toMillis() + " ms");
        } else if (draining) {
            refuseNew();
        } else if (session().streams() == 0) {
            end(Http2Code.NO_ERROR, "");
        }
    }

    private void end(Http2Code code, String detail) {
        if (!closing) {
            session().end(code, detail);
            leave();
        }
    }

    /** Closes after what was written; what the client still sends must not take it back. */
    private void leave() {
        closing = true;
        deadline.clear();
        session().flush();
        linger = new Linger(loop, channel());
        linger.begin();
    }
}

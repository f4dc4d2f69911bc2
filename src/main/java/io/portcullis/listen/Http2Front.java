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
import io.portcullis.net.LateFlush;
import io.portcullis.net.Loop;
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
 * draining    see Http2Farewell                 close after the last stream
 * lingering   the client's close                close
 * </pre>
 */
@io.portcullis.net.OnLoop
final class Http2Front extends ChannelInboundHandlerAdapter implements Http2Session.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Front.class);

    private final Loop loop;
    private final Stack stack;
    private final ClientConnection client;
    private final Channel channel;
    private final HeadLimits limits;
    private final Http2Session session;
    private final Http2Farewell farewell;
    private final ReadBrake brake;
    private final HttpDate date = new HttpDate();
    private final Deadline deadline = new Deadline(this::late);
    private final java.util.ArrayList<Http2Exchange> exchanges = new java.util.ArrayList<>();
    private @Nullable Linger linger;
    private int unfinished;
    private boolean closing;

    Http2Front(Loop loop, Stack stack, ClientConnection client, Channel channel) {
        this.loop = loop;
        this.stack = stack;
        this.client = client;
        Limits most = stack.limits();
        this.limits = HeadLimits.ofRequests(most.requestLine(), most.headerBytes(), most.headerCount());
        this.channel = channel;
        Http2Settings settings = new Http2Settings(
                stack.http2().maxStreams(),
                stack.http2().streamWindow(),
                stack.http2().connectionWindow(),
                limits);
        this.session = new Http2Session(true, channel, loop, settings, this);
        this.farewell = new Http2Farewell(loop, session, () -> end(Http2Code.NO_ERROR, ""));
        this.brake = new ReadBrake(loop, channel, stack.timeouts().responseWrite(), this::unread);
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
        return session;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        session.begin();
        loop.deadlines().add(deadline);
        deadline.in(stack.timeouts().keepAlive());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        loop.deadlines().remove(deadline);
        farewell.over();
        brake.over();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (linger != null) {
            linger.discard(in);
            return;
        }
        try {
            session.read(in);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        session.readComplete();
        if (closing) {
            return;
        }
        int now = session.unfinished();
        if (now != unfinished) {
            unfinished = now;
            rest();
        }
        brake.look();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        session.writabilityChanged();
        brake.writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Drain.SOON) {
            if (!closing) {
                farewell.begin();
                rest();
            }
        } else if (event == Drain.NOW) {
            for (Http2Exchange exchange : List.copyOf(exchanges)) {
                exchange.cut(Failure.of(
                        FailureKind.DRAIN_TIMEOUT, "the exchange was still running at the end of drain.timeout"));
            }
            end(Http2Code.NO_ERROR, "");
        } else if (event instanceof ChannelInputShutdownEvent) {
            // Without what a client sends, windows for one, a connection of many streams cannot go on.
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        loop.deadlines().remove(deadline);
        if (linger != null) {
            linger.over();
        }
        session.closed("the client closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        closing = true;
        session.closed("the client's connection broke: " + Http1Reader.describe(cause));
        channel.close();
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
        if (session.streams() == 0 && !closing) {
            rest();
        }
    }

    @Override
    public void ponged() {
        farewell.ponged();
    }

    @Override
    public void broken(Http2Code code, String flood, String detail) {
        String kind = flood.isEmpty() ? code.name().toLowerCase(Locale.ROOT) : flood;
        stack.meters().connectionBroken(kind);
        LOG.debug("HTTP/2 connection of {} on listener {} ended ({}): {}", client.peer(), stack.name(), kind, detail);
        leave();
    }

    /** The client takes nothing from one stream; perhaps nothing from the whole connection. */
    void stalled() {
        if (!channel.isWritable()) {
            unread();
        }
    }

    private void unread() {
        if (!closing) {
            stack.meters().connectionBroken("unread");
        }
        closing = true;
        session.closed("the client read nothing");
        LateFlush.cut(channel);
    }

    /** Sets the clock for what is waited for now. */
    private void rest() {
        if (unfinished != 0) {
            deadline.in(stack.timeouts().requestHead());
        } else if (session.streams() > 0) {
            deadline.clear();
        } else if (farewell.hasBegun()) {
            deadline.clear();
            // The last answer is still on its way to the socket.
            loop.executor().execute(farewell::look);
        } else {
            deadline.in(stack.timeouts().keepAlive());
        }
    }

    private void late() {
        if (linger != null || closing) {
            channel.close();
        } else if (unfinished != 0) {
            stack.meters().connectionBroken("head_timeout");
            end(
                    Http2Code.ENHANCE_YOUR_CALM,
                    "a head was not complete within "
                            + stack.timeouts().requestHead().toMillis() + " ms");
        } else if (session.streams() == 0) {
            end(Http2Code.NO_ERROR, "");
        }
    }

    private void end(Http2Code code, String detail) {
        if (!closing) {
            session.end(code, detail);
            leave();
        }
    }

    /** Closes after what was written; what the client still sends must not take it back. */
    private void leave() {
        closing = true;
        deadline.clear();
        session.flush();
        linger = new Linger(loop, channel);
        linger.begin();
    }
}

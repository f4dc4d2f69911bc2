package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.portcullis.http.Fields;
import io.portcullis.http.HeadParser;
import io.portcullis.http.Http1Decoder;
import io.portcullis.http.Http1Reader;
import io.portcullis.http.MalformedMessage;
import io.portcullis.http.Reading;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.Loop;
import io.portcullis.net.LoopClock;
import io.portcullis.tls.EndpointTls;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an endpoint: at most one call at a time, idle in its pool between calls.
 *
 * <p>Whatever is unexpected ends the connection: bytes while it is idle or beyond a response (rule U08), a message that does not
 * decode, an error.
 */
@io.portcullis.net.OnLoop
final class Http1Connection extends ChannelInboundHandlerAdapter implements Http1Decoder.Owner<ResponseHead> {
    private final Http1Pool pool;
    private final Connector connector;
    private final Deadline deadline = new Deadline(this::late);
    private final Http1Decoder<ResponseHead> decoder;
    final Wear wear;
    private @Nullable Channel channel;
    private @Nullable Http1Call call;
    private @Nullable ByteBuf reading;
    private long restedAtNanos;
    private boolean idle;
    private boolean ending;
    private boolean closed;

    Http1Connection(Http1Pool pool, Connector connector) {
        this.pool = pool;
        this.connector = connector;
        this.wear = new Wear(pool.config().dial());
        this.decoder = new Http1Decoder<>(connector.headLimits(), this);
    }

    Http1Call begin(boolean reused) {
        idle = false;
        wear.used();
        deadline.clear();
        decoder.next();
        call = new Http1Call(this, reused);
        return call;
    }

    /** The endpoint's end is no more than that of its direction (rule R09). */
    void tunnel() {
        channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /** Says, behind what was written, that we send nothing more. */
    void shutOurSide() {
        if (channel() instanceof DuplexChannel duplex && isUsable()) {
            connector.endOurSide(duplex);
        }
    }

    /** The call is over; the connection is closed when {@code last} is written, or the endpoint has taken too long for it. */
    void endedAfter(ChannelFuture last) {
        call = null;
        deadline.in(pool.config().firstByteTimeout());
        last.addListener(written -> close());
    }

    void rest(long nanos) {
        idle = true;
        restedAtNanos = LoopClock.nanos();
        deadline.in(Math.min(nanos, wear.leftNanos()));
    }

    /** How long it has been waiting in the pool. */
    long idleNanos() {
        return LoopClock.nanos() - restedAtNanos;
    }

    boolean isUsable() {
        return !closed && channel().isActive();
    }

    /** The call is over. */
    void ended(boolean reusable) {
        call = null;
        deadline.clear();
        boolean surplus = reading != null && reading.isReadable();
        // A read that filled its buffer may have left bytes behind, which would answer the next request (rule U08).
        boolean perhapsMore = reading != null && !reading.isWritable();
        boolean stopped = !channel().config().isAutoRead();
        if (!reusable || surplus || perhapsMore && stopped || !isUsable() || isWriting()) {
            close();
        } else if (perhapsMore) {
            ending = true;
        } else {
            if (stopped) {
                channel().config().setAutoRead(true);
            }
            pool.takeBack(this);
        }
    }

    /** Whether the socket has not taken all of a request: an endpoint that answered before may never read the rest (rule R06). */
    private boolean isWriting() {
        ChannelOutboundBuffer buffer = channel().unsafe().outboundBuffer();
        return buffer != null && buffer.totalPendingWriteBytes() > 0;
    }

    void close() {
        if (!closed) {
            closed = true;
            channel().close();
        }
    }

    Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("channel: not connected yet");
        }
        return channel;
    }

    Loop loop() {
        return pool.loop();
    }

    Http1Pool pool() {
        return pool;
    }

    String name() {
        return connector.name();
    }

    Deadline deadline() {
        return deadline;
    }

    /** Whether a part of a response's head has come. */
    boolean isInHead() {
        return decoder.isInHead();
    }

    /** An interim response is over: another head follows it. */
    void nextHead() {
        decoder.next();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        pool.loop().deadlines().add(deadline);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        reading = in;
        try {
            if (call != null) {
                decoder.decode(in);
            }
            if (call != null) {
                call.tell();
            }
            if (in.isReadable()) {
                close();
            }
        } finally {
            reading = null;
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (call != null) {
            call.onReadComplete();
        } else if (ending) {
            ending = false;
            if (isUsable()) {
                pool.takeBack(this);
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (call != null) {
            call.onWritabilityChanged();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == EndpointTls.Ending.CUT_OFF && call != null && !call.isTunnel()) {
            // Without close_notify a close ends no body: it may be anybody's (RFC 9112 §9.8).
            call.onClosed("broke off TLS (no close_notify)");
            close();
        } else if (event == EndpointTls.Ending.SAID || event instanceof ChannelInputShutdownEvent) {
            if (call != null && call.isTunnel()) {
                decoder.closed();
            } else {
                close();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed = true;
        decoder.closed();
        pool.loop().deadlines().remove(deadline);
        Http1Call current = call;
        call = null;
        pool.gone(this, idle);
        if (current != null) {
            current.onClosed("closed the connection");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Http1Call current = call;
        Failure ofTls = connector.tlsFailure(cause);
        if (current != null && ofTls != null) {
            current.fail(ofTls);
        } else if (current != null) {
            current.onClosed("broke the connection: " + Http1Reader.describe(cause));
        }
        close();
    }

    @Override
    public Reading<ResponseHead> read(HeadParser lines) throws MalformedMessage {
        return Http1Reader.response(lines);
    }

    @Override
    public long bodyLength(ResponseHead head) {
        return call == null ? 0 : call.bodyLength(head);
    }

    @Override
    public void head(ResponseHead head) {
        if (call != null) {
            call.onHead(head);
        }
    }

    @Override
    public void content(ByteBuf chunk) {
        if (call != null) {
            call.onContent(chunk);
        } else {
            chunk.release();
        }
    }

    @Override
    public void end(@Nullable Fields trailers) {
        if (call != null) {
            call.onEnd(trailers);
        }
    }

    @Override
    public void malformed(Failure why) {
        if (call != null) {
            call.fail(why);
        }
        close();
    }

    private void late() {
        if (call != null) {
            call.onLate();
        } else {
            pool.expired(this);
        }
    }
}

package io.portcullis.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.ReferenceCountUtil;
import io.portcullis.http.Http1Reader;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an endpoint: at most one call at a time, idle in its pool between calls.
 *
 * <p>Whatever is unexpected ends the connection: bytes while it is idle (rule U08), a message that does not decode, an error.
 */
@io.portcullis.net.OnLoop
final class Http1Connection extends ChannelInboundHandlerAdapter {
    private static final int MAX_LINE = 8 * 1024;
    private static final int MAX_CHUNK = 64 * 1024;
    private static final int MAX_FIELDS = 256;
    private static final Http1Reader READER = new Http1Reader(MAX_FIELDS);

    private final Pool pool;
    private final Connector connector;
    private final Deadline deadline = new Deadline(this::late);
    private @Nullable Channel channel;
    private @Nullable Http1Call call;
    private boolean idle;
    private boolean closed;

    Http1Connection(Pool pool, Connector connector) {
        this.pool = pool;
        this.connector = connector;
    }

    /** A decoder that knows which request its next response answers. */
    ChannelHandler decoder() {
        HttpDecoderConfig config = new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(connector.headerLimit())
                .setMaxChunkSize(MAX_CHUNK);
        return new HttpResponseDecoder(config) {
            @Override
            protected boolean isContentAlwaysEmpty(HttpMessage message) {
                Http1Call current = call;
                boolean interim = message instanceof HttpResponse response
                        && response.status().code() < 200;
                return !interim && current != null && current.isHead() || super.isContentAlwaysEmpty(message);
            }
        };
    }

    /** Begins a call; the connection is idle, or new. */
    Http1Call begin(boolean reused) {
        idle = false;
        deadline.clear();
        Http1Call begun = new Http1Call(this, reused);
        call = begun;
        return begun;
    }

    /** Waits in the pool. */
    void rest(Duration idleTimeout) {
        idle = true;
        deadline.in(idleTimeout);
    }

    boolean isUsable() {
        return !closed && channel().isActive();
    }

    /** The call is over. */
    void ended(boolean reusable) {
        call = null;
        deadline.clear();
        if (reusable && isUsable()) {
            if (!channel().config().isAutoRead()) {
                channel().config().setAutoRead(true);
            }
            pool.takeBack(this);
        } else {
            close();
        }
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

    Pool pool() {
        return pool;
    }

    String name() {
        return connector.name();
    }

    Http1Reader reader() {
        return READER;
    }

    Deadline deadline() {
        return deadline;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        pool.loop().deadlines().add(deadline);
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Http1Call current = call;
        if (current == null) {
            ReferenceCountUtil.release(message);
            close();
        } else if (message instanceof HttpResponse response) {
            current.onHead(response);
            if (message instanceof HttpContent content) {
                content.release();
            }
        } else if (message instanceof HttpContent content) {
            current.onContent(content);
        } else {
            ReferenceCountUtil.release(message);
            current.fail(Failure.of(FailureKind.BAD_RESPONSE, "bytes of another protocol"));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (call != null) {
            call.onReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (call != null) {
            call.onWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closed = true;
        pool.loop().deadlines().remove(deadline);
        boolean wasIdle = idle;
        Http1Call current = call;
        call = null;
        pool.gone(this, wasIdle);
        if (current != null) {
            current.onClosed("closed the connection");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Http1Call current = call;
        if (current != null) {
            current.onClosed("broke the connection: " + Http1Reader.describe(cause));
        }
        close();
    }

    private void late() {
        if (call != null) {
            call.onLate();
        } else {
            close();
        }
    }
}

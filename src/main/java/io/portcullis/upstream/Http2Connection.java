package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.portcullis.http.HeadLimits;
import io.portcullis.http.Http1Reader;
import io.portcullis.http.Http2Block;
import io.portcullis.http.Http2Code;
import io.portcullis.http.Http2Session;
import io.portcullis.http.Http2Settings;
import io.portcullis.http.Http2Stream;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.Loop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/2 connection to an endpoint: a call for each stream.
 *
 * <pre>
 * state     waits for                              late means
 * opening   TCP, then the endpoint's SETTINGS      not made (connect-timeout)
 * open      streams of ours; see Http2Call         -
 * idle      a stream of ours                       GOAWAY, close (idle-timeout)
 * doubted   the answer to a PING                   close: nobody is there (connect-timeout)
 * leaving   the end of its last stream             -
 * </pre>
 */
@io.portcullis.net.OnLoop
final class Http2Connection extends ChannelInboundHandlerAdapter implements Http2Session.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Connection.class);

    /** Bytes of one response that an endpoint may send ahead of its client. */
    private static final int STREAM_WINDOW = 256 * 1024;

    /** Its clients' streams bound what a connection holds; a common bound would let slow clients stop the others. */
    private static final int CONNECTION_WINDOW = Integer.MAX_VALUE;

    private final Http2Pool pool;
    private final Connector connector;
    private final boolean permitted;
    private final Deadline deadline = new Deadline(this::late);
    final Wear wear;
    private @Nullable Channel channel;
    private @Nullable Http2Session session;
    private boolean open;
    private boolean used;
    private boolean idle;
    private boolean doubted;
    private boolean leaving;
    private boolean closed;
    private @Nullable Failure ofTls;

    /** @param permitted whether it holds a permit of its endpoint */
    Http2Connection(Http2Pool pool, Connector connector, boolean permitted) {
        this.pool = pool;
        this.connector = connector;
        this.permitted = permitted;
        this.wear = new Wear(pool.config().dial());
    }

    /** Begins a call; there must be room for it. */
    Http2Call begin() {
        boolean reused = used || idle;
        used = true;
        wear.used();
        if (idle) {
            idle = false;
            if (!doubted) {
                deadline.clear();
            }
        }
        return new Http2Call(this, reused);
    }

    /** Waits in the pool. */
    void rest() {
        idle = true;
        if (!doubted) {
            deadline.in(Math.min(pool.config().idleTimeout().toNanos(), wear.leftNanos()));
        }
    }

    /** Closes as soon as nothing runs on it. */
    void leave() {
        leaving = true;
        if (session().streams() == 0) {
            close(Http2Code.NO_ERROR, "");
        }
    }

    /** Calls that may be begun now. */
    int room() {
        return open && !leaving && !closed && channel().isActive() ? session().room() : 0;
    }

    /** Whether no call runs on it. */
    boolean isQuiet() {
        return open && !leaving && !closed && session().streams() == 0;
    }

    /** Whether it lies idle in its pool, or did when it was closed. */
    boolean isIdle() {
        return idle;
    }

    /** Whether it holds a permit of its endpoint. */
    boolean isPermitted() {
        return permitted;
    }

    boolean isClosed() {
        return closed;
    }

    Http2Session session() {
        if (session == null) {
            throw new IllegalStateException("session: not connected yet");
        }
        return session;
    }

    Http2Pool pool() {
        return pool;
    }

    Loop loop() {
        return pool.loop();
    }

    String name() {
        return connector.name();
    }

    /** A call was given back unused. */
    void released() {
        pool.roomAgain(this);
    }

    /** The endpoint was silent for too long on one stream: is it there at all? */
    void doubt() {
        if (!doubted && !closed) {
            doubted = true;
            session().ping();
            deadline.in(pool.config().connectTimeout());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        HeadLimits limits = connector.headLimits();
        Http2Settings settings = new Http2Settings(0, STREAM_WINDOW, CONNECTION_WINDOW, limits);
        session = new Http2Session(false, ctx.channel(), pool.loop(), settings, this);
        session.begin();
        pool.loop().deadlines().add(deadline);
        deadline.in(pool.config().connectTimeout());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            session().read(in);
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        session().readComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        session().writabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone("closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ofTls = connector.tlsFailure(cause);
        gone("broke the connection: " + Http1Reader.describe(cause));
    }

    @Override
    public void opened(Http2Stream stream, Http2Block head, boolean last) {
        throw new IllegalStateException("an endpoint opened a stream");
    }

    @Override
    public void closed() {
        if (closed) {
            return;
        }
        if (!leaving) {
            pool.roomAgain(this);
        } else if (session().streams() == 0) {
            // Not before what just ended has been told.
            loop().executor().execute(() -> close(Http2Code.NO_ERROR, ""));
        }
    }

    @Override
    public void settled() {
        if (open) {
            pool.roomAgain(this);
        } else if (!closed) {
            open = true;
            deadline.clear();
            pool.opened(this);
        }
    }

    @Override
    public void goingAway() {
        if (!leaving && !closed) {
            leaving = true;
            if (open) {
                pool.lost(this);
            }
            // Streams above the last one are told after this.
            loop().executor().execute(this::leave);
        }
    }

    @Override
    public void ponged() {
        doubted = false;
        deadline.clear();
        if (idle) {
            rest();
        }
    }

    @Override
    public void broken(Http2Code code, String flood, String detail) {
        LOG.debug("HTTP/2 connection to {} ended ({}): {}", name(), code, detail);
        session().flush();
        gone("broke a rule of HTTP/2 (" + detail + ")");
    }

    private void late() {
        if (!open) {
            gone("sent no SETTINGS within " + pool.config().connectTimeout().toMillis() + " ms");
        } else if (doubted) {
            gone("gave no sign of life for " + pool.config().connectTimeout().toMillis() + " ms");
        } else if (idle) {
            pool.expired(this);
        }
    }

    private void close(Http2Code code, String detail) {
        if (!closed) {
            session().end(code, detail);
            session().flush();
            gone("was left");
        }
    }

    /** Once, first the pool: whoever tries again must not find this connection. */
    private void gone(String how) {
        if (closed) {
            return;
        }
        closed = true;
        pool.loop().deadlines().remove(deadline);
        if (open) {
            if (!leaving) {
                pool.lost(this);
            }
            if (session != null) {
                session.closed(how);
            }
            pool.gone(this);
        } else if (session != null) {
            session.closed(how);
            pool.notOpened(permitted, connector.unopened(how, ofTls));
        }
        channel().close();
    }

    private Channel channel() {
        if (channel == null) {
            throw new IllegalStateException("channel: not connected yet");
        }
        return channel;
    }
}

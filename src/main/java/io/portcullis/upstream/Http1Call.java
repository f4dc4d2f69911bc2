package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DuplexChannel;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.http.Fields;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.Http1Decoder;
import io.portcullis.http.Http1Outlet;
import io.portcullis.http.Http1Reader;
import io.portcullis.http.Http1Writer;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteWriter;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Inlet;
import org.jspecify.annotations.Nullable;

/**
 * One request and response on an {@link Http1Connection}.
 *
 * <p>The connection goes back to its pool only where the request was written to its last byte, the response read to its last, both
 * sides keep the connection, and nothing surprised us (rules R06, U02, U06; Zuul #2129).
 */
@io.portcullis.net.OnLoop
final class Http1Call implements Call, Http1Outlet.Owner, Inlet.Gate {
    private static final int MAX_INTERIM = 16;

    private final Http1Connection connection;
    private final boolean reused;
    private final Inlet inlet = new Inlet(this);
    private @Nullable Http1Outlet outlet;
    private @Nullable RequestHead request;
    private @Nullable ResponseHead response;
    private @Nullable Watcher watcher;
    private int interims;
    private boolean requestSent;
    private boolean tunnel;
    private boolean paused;
    private boolean over;

    Http1Call(Http1Connection connection, boolean reused) {
        this.connection = connection;
        this.reused = reused;
    }

    @Override
    public boolean reused() {
        return reused;
    }

    @Override
    public boolean isStale() {
        return reused;
    }

    @Override
    public ByteSink send(RequestHead head, ForwardedFields own, String id, Watcher to) {
        request = head;
        watcher = to;
        Channel channel = connection.channel();
        ByteWriter scratch = connection.loop().scratch();
        Http1Writer.request(scratch.clear(), head, own, id, connection.name());
        channel.write(scratch.toBuffer(channel.alloc()), channel.voidPromise());
        Http1Outlet body = head.isUpgrade()
                ? new Http1Outlet(channel, this, scratch, false, Http1Outlet.UNTIL_CLOSE)
                : new Http1Outlet(channel, this, scratch, head.bodyLength() < 0, Math.max(head.bodyLength(), 0));
        outlet = body;
        requestSent = head.isUpgrade();
        connection.deadline().in(config().firstByteTimeout());
        return body;
    }

    @Override
    public void cancel(Failure why) {
        if (!over) {
            end(false);
        }
    }

    @Override
    public void release() {
        over = true;
        connection.ended(true);
    }

    /** How the decoder finds the end of this response's body. */
    long bodyLength(ResponseHead head) {
        return request == null || head.isInterim() ? 0 : Http1Reader.bodyLength(head, request);
    }

    void onHead(ResponseHead head) {
        if (over || watcher == null || request == null) {
            // Before anything was asked: an answer to nobody.
            end(false);
        } else if (head.isInterim()) {
            onInterim(head);
        } else if (head.status() == 101 && !Http1Reader.isUpgraded(head, request)) {
            fail(Failure.of(FailureKind.BAD_RESPONSE, "a 101 that the request does not ask for, or without its proof"));
        } else {
            response = head;
            tunnel = head.status() == 101;
            boolean bodyFollows = bodyLength(head) != 0;
            if (tunnel) {
                // The front, which sees both ways, says when a tunnel has been silent too long.
                connection.deadline().clear();
            } else if (bodyFollows) {
                connection.deadline().in(config().idleBodyTimeout());
            }
            watcher.head(head, inlet);
            if (!bodyFollows) {
                onEnd(null);
            }
        }
    }

    /** Takes ownership of {@code chunk}. */
    void onContent(ByteBuf chunk) {
        inlet.offer(chunk);
    }

    /** The response is over. */
    void onEnd(@Nullable Fields trailers) {
        ResponseHead head = response;
        if (over || head == null) {
            return;
        }
        if (trailers != null) {
            head.trailers(trailers);
        }
        // First the connection, so that a request that follows at once finds it; the inlet stands on its own.
        end(requestSent && !head.options().close() && !untilClose(head));
        inlet.finish();
    }

    void onReadComplete() {
        if (!over && response != null) {
            if (!paused && !tunnel) {
                connection.deadline().in(config().idleBodyTimeout());
            }
            inlet.settle();
        }
    }

    void onWritabilityChanged() {
        if (!over && outlet != null && !outlet.isOver()) {
            if (outlet.isFull() && !tunnel) {
                connection.deadline().in(config().firstByteTimeout());
            } else if (!outlet.isFull()) {
                outlet.drained();
            }
        }
    }

    /** The connection is gone, or as good as gone. */
    void onClosed(String how) {
        if (response != null) {
            fail(Failure.of(FailureKind.RESPONSE_INCOMPLETE, connection.name() + " " + how + " within its response"));
        } else if (connection.isInHead()) {
            fail(Failure.of(
                    FailureKind.RESPONSE_INCOMPLETE, connection.name() + " " + how + " within a response's head"));
        } else {
            fail(Failure.of(FailureKind.UPSTREAM_CLOSED, connection.name() + " " + how + " without a response"));
        }
    }

    void onLate() {
        boolean unread = outlet != null && outlet.isFull();
        if (response != null) {
            fail(Failure.of(
                    FailureKind.RESPONSE_BODY_TIMEOUT,
                    connection.name() + " sent nothing more of its response for "
                            + config().idleBodyTimeout().toMillis() + " ms"));
        } else if (unread) {
            fail(Failure.of(
                    FailureKind.REQUEST_WRITE_TIMEOUT,
                    connection.name() + " read nothing of the request for "
                            + config().firstByteTimeout().toMillis() + " ms"));
        } else if (requestSent) {
            fail(Failure.of(
                    FailureKind.FIRST_BYTE_TIMEOUT,
                    connection.name() + " sent no response within "
                            + config().firstByteTimeout().toMillis() + " ms"));
        }
    }

    /** Ends the call and its connection. */
    void fail(Failure why) {
        if (over) {
            return;
        }
        end(false);
        if (response != null) {
            inlet.fail(why);
        } else if (watcher != null) {
            watcher.failed(why);
        }
    }

    @Override
    public void ended(@Nullable ChannelFuture written) {
        requestSent = true;
        if (tunnel && !over && connection.channel() instanceof DuplexChannel duplex) {
            // The client's half of a tunnel has ended; the endpoint may still have something to say (rule R09).
            duplex.shutdownOutput();
        } else if (!over && response == null) {
            connection.deadline().in(config().firstByteTimeout());
        }
    }

    /** The request's body broke off: the endpoint must not take what it has for a whole request (rule F28). */
    @Override
    public void aborted(Failure why) {
        cancel(why);
    }

    @Override
    public @Nullable Fields trailers() {
        return request == null ? null : request.trailers();
    }

    @Override
    public void reading(boolean on) {
        paused = !on;
        if (!over) {
            connection.channel().config().setAutoRead(on);
            if (on && !tunnel) {
                connection.deadline().in(config().idleBodyTimeout());
            } else {
                connection.deadline().clear();
            }
        }
    }

    @Override
    public void cancelled(Failure why) {
        cancel(why);
    }

    private void onInterim(ResponseHead head) {
        if (++interims > MAX_INTERIM) {
            fail(Failure.of(FailureKind.BAD_RESPONSE, "more than " + MAX_INTERIM + " interim responses"));
        } else {
            connection.nextHead();
            if (watcher != null) {
                watcher.interim(head);
            }
        }
    }

    private boolean untilClose(ResponseHead head) {
        return bodyLength(head) == Http1Decoder.UNTIL_CLOSE;
    }

    private void end(boolean reusable) {
        over = true;
        if (outlet != null) {
            outlet.shut();
        }
        connection.ended(reusable);
    }

    private UpstreamConfig config() {
        return connection.pool().config();
    }
}

package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
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
    private final SendWatch sendWatch;
    private @Nullable Http1Outlet outlet;
    private @Nullable RequestHead request;
    private @Nullable ResponseHead response;
    private @Nullable Watcher watcher;
    private int interims;
    private boolean requestSent;
    private boolean told;
    private boolean tunnel;
    private @Nullable ChannelFuture lastOfTunnel;
    private boolean paused;
    private boolean over;

    Http1Call(Http1Connection connection, boolean reused) {
        this.connection = connection;
        this.reused = reused;
        this.sendWatch = new SendWatch(
                connection,
                () -> outlet == null ? 0 : outlet.bytes(),
                () -> paused,
                () -> fail(faults().unread(Watcher.firstByte(watcher, config()))));
    }

    @Override
    public boolean reused() {
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
        connection.deadline().in(Watcher.firstByte(watcher, config()));
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

    /** Whether the bytes are no longer HTTP. */
    boolean isTunnel() {
        return tunnel;
    }

    /**
     * A head came. Who waits for it is told at the end of the read that brought it, or of the message: what is wrong with the body
     * so far can then still be answered by a status.
     */
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
                connection.tunnel();
            } else if (bodyFollows) {
                connection.deadline().in(Watcher.idleBody(watcher, config()));
            }
            if (!bodyFollows) {
                onEnd(null);
            }
        }
    }

    /** Hands on the head, if that is still to be done. */
    void tell() {
        if (!over && !told && response != null && watcher != null) {
            told = true;
            watcher.head(response, inlet);
        }
    }

    /** Takes ownership of {@code chunk}. */
    void onContent(ByteBuf chunk) {
        inlet.offer(chunk);
    }

    /** The response is over. */
    void onEnd(@Nullable Fields trailers) {
        ResponseHead head = response;
        if (head != null && trailers != null) {
            head.trailers(trailers);
        }
        tell();
        if (over || head == null) {
            return;
        }
        // In a tunnel the client may have more to say (rule R09).
        if (!tunnel || lastOfTunnel != null) {
            // First the connection, so that a request that follows at once finds it; the inlet stands on its own.
            end(requestSent && !head.options().close() && bodyLength(head) != Http1Decoder.UNTIL_CLOSE);
        }
        inlet.finish();
    }

    void onReadComplete() {
        if (!over && response != null) {
            if (!paused && !tunnel) {
                connection.deadline().in(Watcher.idleBody(watcher, config()));
            }
            inlet.settle();
        }
    }

    void onWritabilityChanged() {
        if (!over && outlet != null && !outlet.isOver()) {
            if (outlet.isFull() && !tunnel) {
                sendWatch.begin();
            } else if (!outlet.isFull()) {
                sendWatch.end();
                outlet.drained();
            }
        }
    }

    /** The connection is gone, or as good as gone. */
    void onClosed(String how) {
        Failure why = faults().closed(how, response != null, connection.isInHead());
        if (!tunnel || !inlet.isFinished()) {
            fail(why);
        } else if (!over && watcher != null) {
            // It had ended its direction before, and cannot be sent anything now.
            end(false);
            watcher.lost(why);
        }
    }

    void onLate() {
        if (response != null) {
            fail(faults().silent(Watcher.idleBody(watcher, config())));
        } else if (requestSent) {
            fail(faults().noHead(Watcher.firstByte(watcher, config())));
        }
    }

    /** Ends the call and its connection. */
    void fail(Failure why) {
        if (!over) {
            end(false);
            if (told) {
                inlet.fail(why);
            } else if (watcher != null) {
                inlet.cancel(why);
                watcher.failed(why);
            }
        }
    }

    @Override
    public void ended(@Nullable ChannelFuture written) {
        requestSent = true;
        sendWatch.end();
        if (tunnel && !over) {
            endTunnel(written);
            return;
        }
        if (!over && response == null) {
            connection.deadline().in(Watcher.firstByte(watcher, config()));
        }
    }

    /** The client sends nothing more (rule R09). */
    private void endTunnel(@Nullable ChannelFuture written) {
        lastOfTunnel = written != null ? written : connection.channel().newSucceededFuture();
        if (inlet.isFinished()) {
            end(false);
        } else {
            lastOfTunnel.addListener(done -> connection.shutOurSide());
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
            sendWatch.again();
            connection.channel().config().setAutoRead(on);
            if (on && !tunnel) {
                connection.deadline().in(Watcher.idleBody(watcher, config()));
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

    private void end(boolean reusable) {
        over = true;
        if (outlet != null) {
            outlet.shut();
        }
        sendWatch.end();
        if (lastOfTunnel != null && !lastOfTunnel.isDone()) {
            connection.endedAfter(lastOfTunnel);
        } else {
            connection.ended(reusable);
        }
    }

    private UpstreamConfig config() {
        return connection.pool().config();
    }

    private EndpointFaults faults() {
        return new EndpointFaults(connection.name());
    }
}

package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.Exchange;
import io.portcullis.http.Fields;
import io.portcullis.http.Http1Outlet;
import io.portcullis.http.Http1Writer;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Inlet;
import io.portcullis.net.Loop;
import org.jspecify.annotations.Nullable;

/** One request and response on an {@link Http1Front}. */
@io.portcullis.net.OnLoop
final class Http1Exchange implements Exchange, Inlet.Gate, Http1Outlet.Owner {
    private final Http1Front front;
    private final RequestHead head;
    private final @Nullable Failure fault;
    private final ResponseHeads heads;
    private final Inlet inlet = new Inlet(this);
    private final WriteWatch writeWatch;
    private final BodyClock clock;
    private @Nullable Watcher watcher;
    private @Nullable ResponseHead response;
    private @Nullable Http1Outlet outlet;
    private @Nullable ChannelFuture headWritten;
    private boolean untilClose;
    private boolean bodyComplete;
    private boolean tunnel;
    private boolean halfClosed;
    private boolean responseSent;
    private boolean paused;
    private boolean close;
    private boolean over;

    Http1Exchange(Http1Front front, RequestHead head, @Nullable Failure fault) {
        this.front = front;
        this.head = head;
        this.fault = fault;
        this.heads = new ResponseHeads(front);
        this.writeWatch = new WriteWatch(front, () -> outlet == null ? 0 : outlet.bytes(), this::cut);
        this.clock = new BodyClock(front.deadline(), front.stack());
        if (head.bodyLength() == 0) {
            bodyComplete = true;
            inlet.finish();
        }
    }

    @Override
    public Loop loop() {
        return front.loop();
    }

    @Override
    public ClientConnection client() {
        return front.client();
    }

    @Override
    public RequestHead head() {
        return head;
    }

    @Override
    public @Nullable Failure fault() {
        return fault;
    }

    @Override
    public ByteSource body() {
        return inlet;
    }

    @Override
    public void watch(Watcher by) {
        watcher = by;
    }

    @Override
    public void inform(ResponseHead interim) {
        if (!over && response == null && head.protocol() == Protocol.HTTP_1_1) {
            heads.interim(interim);
        }
    }

    @Override
    public ByteSink respond(ResponseHead answer) {
        assert response == null : "respond: called twice";
        response = answer;
        boolean mustClose = close || fault != null || !bodyComplete && !head.isUpgrade() || front.isLast();
        ResponsePlan plan = ResponsePlan.of(head, answer, mustClose);
        untilClose = plan.coding() == Http1Writer.BodyCoding.UNTIL_CLOSE;
        close = plan.close();
        headWritten = heads.last(head, answer, plan, watcher == null ? null : watcher.id());
        outlet = new Http1Outlet(front.channel(), this, front.loop().scratch(), plan.isChunked(), plan.length(answer));
        if (answer.status() == 101) {
            tunnel = true;
            clock.tunnel();
            outlet.flush();
            front.tunnel();
            expectBody();
            inlet.settle();
            if (halfClosed) {
                onHalfClosed();
            }
        } else if (head.isUpgrade()) {
            bodyComplete = true;
            inlet.finish();
        }
        return outlet;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void cut(Failure why) {
        if (!over) {
            finish(why);
            front.cut(untilClose);
        }
    }

    /** Takes ownership of {@code chunk}. */
    void onContent(ByteBuf chunk) {
        broken(clock.received(chunk.readableBytes()));
        inlet.offer(chunk);
    }

    /** The body is over. */
    void onEnd(@Nullable Fields trailers) {
        if (trailers != null) {
            head.trailers(trailers);
        }
        bodyComplete = true;
        front.deadline().clear();
        inlet.finish();
    }

    /** The client has ended its direction; false where that leaves a request without its end, and the end is waited for. */
    boolean onHalfClosed() {
        halfClosed = true;
        if (tunnel) {
            // The endpoint learns it behind the last byte, and may go on (rule R09).
            inlet.finish();
            tunnelInOver();
        }
        return bodyComplete || inlet.isFinished() || head.isUpgrade();
    }

    private void tunnelInOver() {
        bodyComplete = true;
        if (responseSent) {
            complete(null);
        }
    }

    /** The head was handled; if a body follows, the client has so long for it. */
    void expectBody() {
        // Once a response runs, a client does well to stop sending (RFC 9112 §9.3): no clock then.
        boolean expected =
                tunnel || response == null && !bodyComplete && !head.isUpgrade() && !inlet.isFinished() && !paused;
        if (expected && !over) {
            broken(clock.wind());
        }
    }

    void onReadComplete() {
        inlet.settle();
        expectBody();
    }

    void onWritabilityChanged() {
        writeWatch.set(!front.channel().isWritable());
        if (outlet != null) {
            outlet.drained();
        }
    }

    void onBodyLate() {
        if (!clock.isSilent(outlet == null ? 0 : outlet.bytes())) {
            return;
        }
        if (tunnel) {
            cut(clock.failure());
        } else {
            broken(clock.failure());
        }
    }

    /** The connection is gone. */
    void onClosed(Failure why) {
        if (!over) {
            if (tunnel) {
                // How most tunnels end: one side closes. What it sent last goes to the other side first.
                inlet.finish();
            } else {
                inlet.fail(why);
            }
            finish(tunnel ? null : why);
        }
    }

    @Override
    public void ended(@Nullable ChannelFuture written) {
        ChannelFuture last = written != null ? written : headWritten;
        if (last == null || last.isDone()) {
            complete(last);
        } else {
            writeWatch.begin();
            last.addListener(done -> complete(last));
        }
    }

    @Override
    public void aborted(Failure why) {
        cut(why);
    }

    @Override
    public @Nullable Fields trailers() {
        return response == null ? null : response.trailers();
    }

    @Override
    public void reading(boolean on) {
        paused = !on;
        if (over) {
            return;
        }
        front.reading(on);
        if (on) {
            expectBody();
        } else {
            clock.stop();
        }
    }

    @Override
    public void cancelled(Failure why) {
        // What still comes is freed by the inlet; the response decides what becomes of the connection.
        if (tunnel && !over) {
            tunnelInOver();
        }
    }

    /** The client's body broke off, or became something else than a body; null where all is well. */
    void broken(@Nullable Failure why) {
        if (why != null) {
            close = true;
            front.deadline().clear();
            inlet.fail(why);
        }
    }

    private void complete(@Nullable ChannelFuture last) {
        if (over) {
            return;
        }
        if (last != null && !last.isSuccess()) {
            cut(Failure.of(FailureKind.CLIENT_GONE, "the response could not be written"));
        } else if (tunnel && !bodyComplete && !client().peer().isSecure()) {
            // The client may go on (rule R09). Not over TLS: an engine that has sent close_notify reads no more.
            responseSent = true;
            writeWatch.end();
            Linger.shut(front.channel());
        } else {
            finish(null);
            front.next(close || !bodyComplete, !bodyComplete);
        }
    }

    /** Once: what hears of the end may lead back here. */
    private void finish(@Nullable Failure why) {
        if (over) {
            return;
        }
        over = true;
        writeWatch.end();
        if (outlet != null) {
            outlet.shut();
        }
        inlet.cancel(why != null ? why : Failure.of(FailureKind.CLIENT_GONE, "the exchange is over"));
        if (watcher != null) {
            watcher.over(why);
        }
    }
}

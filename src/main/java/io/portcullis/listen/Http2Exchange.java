package io.portcullis.listen;

import io.netty.buffer.ByteBuf;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.Exchange;
import io.portcullis.http.Fields;
import io.portcullis.http.Http1Writer;
import io.portcullis.http.Http2Code;
import io.portcullis.http.Http2Heads;
import io.portcullis.http.Http2Stream;
import io.portcullis.http.Http2StreamOwner;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Inlet;
import io.portcullis.net.Loop;
import org.jspecify.annotations.Nullable;

/** One request and response on a stream of an {@link Http2Front}. */
@io.portcullis.net.OnLoop
final class Http2Exchange implements Exchange, Inlet.Gate, Http2StreamOwner {
    private final Http2Front front;
    private final Http2Stream stream;
    private final RequestHead head;
    private final @Nullable Failure fault;
    private final Inlet inlet = new Inlet(this, 0);
    private final Deadline deadline = new Deadline(this::late);
    private final BodyClock clock;
    private final WriteWatch writeWatch;
    private @Nullable Watcher watcher;
    private @Nullable ResponseHead response;
    private boolean bodyComplete;
    private boolean tunnel;
    private boolean paused = true;
    private boolean timed;
    private boolean over;

    /** Where it stands in its front's list. */
    int slot;

    /** @param last whether no body follows the head */
    Http2Exchange(Http2Front front, Http2Stream stream, RequestHead head, @Nullable Failure fault, boolean last) {
        this.front = front;
        this.stream = stream;
        this.head = head;
        this.fault = fault;
        // Until somebody takes the body the stream holds it, within its window.
        stream.reading(false);
        this.clock = new BodyClock(deadline, front.stack());
        this.writeWatch = new WriteWatch(front.loop(), front.stack(), stream::sentBytes, this::stalled);
        if (last) {
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
        if (!over && response == null && !stream.isSent()) {
            stream.head(front.session().heads().interim(interim), false);
        }
    }

    @Override
    public ByteSink respond(ResponseHead answer) {
        assert response == null : "respond: called twice";
        response = answer;
        if (stream.isSent()) {
            return stream;
        }
        if (head.isUpgrade() && answer.status() / 100 == 2) {
            // To whoever sent extended CONNECT it would say that the tunnel stands (rule E03).
            cut(Failure.of(FailureKind.BAD_RESPONSE, "a " + answer.status() + " to an extended CONNECT"));
            return stream;
        }
        send(answer);
        if (answer.status() == 101) {
            tunnel = true;
            clock.tunnel();
            stream.reading(!paused);
            expectBody();
        } else if (head.isUpgrade()) {
            // What follows a CONNECT that was not granted is nobody's.
            bodyComplete = true;
            inlet.finish();
            stream.discard();
        }
        return stream;
    }

    private void send(ResponseHead answer) {
        boolean body = answer.hasBody(head) && answer.bodyLength() != 0;
        Http1Writer.Closing closing = ResponsePlan.of(head, answer, false)
                .closing(head, front.client().peer(), watcher == null ? null : watcher.id());
        stream.head(
                front.session()
                        .heads()
                        .response(
                                answer,
                                head,
                                closing,
                                front.date(),
                                front.stack().writer().via()),
                !body);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void cut(Failure why) {
        if (!over) {
            stream.reset(Http2Heads.code(why));
            finish(why);
        }
    }

    @Override
    public void content(ByteBuf chunk) {
        Failure tooMuch = clock.received(chunk.readableBytes());
        if (tooMuch != null) {
            chunk.release();
            broken(tooMuch);
        } else {
            inlet.offer(chunk);
        }
    }

    @Override
    public void ended(@Nullable Fields trailers) {
        if (trailers != null) {
            head.trailers(trailers);
        }
        bodyComplete = true;
        if (!tunnel) {
            deadline.clear();
        }
        inlet.finish();
    }

    @Override
    public void settled() {
        if (!over) {
            inlet.settle();
            expectBody();
        }
    }

    @Override
    public void reset(Http2Code code, boolean byPeer, boolean processed, String detail) {
        Failure why = Failure.of(byPeer ? FailureKind.CLIENT_GONE : FailureKind.CLIENT_PROTOCOL_ERROR, detail);
        // Neither side of a tunnel owes the other an end.
        finish(tunnel && byPeer ? null : why);
    }

    @Override
    public void sent(boolean reached) {
        if (over) {
            return;
        }
        if (!reached) {
            finish(Failure.of(FailureKind.CLIENT_GONE, "the response could not be written"));
            return;
        }
        if (fault != null && fault.kind() == FailureKind.BAD_REQUEST) {
            stream.strike(Http2Code.PROTOCOL_ERROR);
        } else if (!stream.isReceived()) {
            // The answer is whole, and the rest of the request not needed (RFC 9113 §8.1).
            stream.reset(Http2Code.NO_ERROR);
        }
        finish(null);
    }

    @Override
    public @Nullable Fields trailers() {
        return response == null ? null : response.trailers();
    }

    @Override
    public void blocked(boolean on) {
        writeWatch.set(on && !over);
    }

    @Override
    public void reading(boolean on) {
        paused = !on;
        if (!over) {
            // What a client sends ahead of the acceptance would be one more request to a backend that refuses (rule
            // E04).
            stream.reading(on && (tunnel || !head.isUpgrade()));
            if (on) {
                expectBody();
            } else {
                clock.stop();
            }
        }
    }

    @Override
    public void cancelled(Failure why) {
        stream.discard();
    }

    /** If a body follows, the client has so long for it; once a response runs, it does well to stop sending. */
    void expectBody() {
        boolean expected =
                tunnel || response == null && !bodyComplete && !head.isUpgrade() && !inlet.isFinished() && !paused;
        if (!expected || over) {
            return;
        }
        if (!timed) {
            timed = true;
            front.loop().deadlines().add(deadline);
        }
        Failure slow = clock.wind();
        if (slow != null) {
            broken(slow);
        }
    }

    private void late() {
        if (!clock.isSilent(stream.sentBytes())) {
            return;
        }
        if (tunnel) {
            cut(clock.failure());
        } else {
            broken(clock.failure());
        }
    }

    /** The client takes too little of its response. */
    private void stalled(Failure why) {
        cut(why);
        front.stalled();
    }

    /** The client's body became something else than a body. */
    private void broken(Failure why) {
        deadline.clear();
        stream.discard();
        inlet.fail(why);
    }

    /** Once: what hears of the end may lead back here. */
    private void finish(@Nullable Failure why) {
        if (over) {
            return;
        }
        over = true;
        writeWatch.end();
        if (timed) {
            front.loop().deadlines().remove(deadline);
        }
        front.over(this);
        inlet.cancel(why != null ? why : Failure.of(FailureKind.CLIENT_GONE, "the exchange is over"));
        if (watcher != null) {
            watcher.over(why);
        }
    }
}

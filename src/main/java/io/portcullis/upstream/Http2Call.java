package io.portcullis.upstream;

import io.netty.buffer.ByteBuf;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.http.Fields;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.Http2Block;
import io.portcullis.http.Http2Code;
import io.portcullis.http.Http2HeadReader;
import io.portcullis.http.Http2Stream;
import io.portcullis.http.Http2StreamOwner;
import io.portcullis.http.Reading;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Inlet;
import org.jspecify.annotations.Nullable;

/**
 * One request and response on a stream of an {@link Http2Connection}. Whatever becomes of it, the connection and its other streams go
 * on.
 *
 * <p>What an endpoint did not act on, because it turned the stream away or said goodbye before (RFC 9113 §8.7), fails as untouched.
 */
@io.portcullis.net.OnLoop
final class Http2Call implements Call, Http2StreamOwner, Inlet.Gate {
    private static final int MAX_INTERIM = 16;

    private final Http2Connection connection;
    private final boolean reused;
    private final Inlet inlet = new Inlet(this);
    private final Deadline deadline = new Deadline(this::late);
    private @Nullable Http2Stream stream;
    private @Nullable RequestHead request;
    private @Nullable ResponseHead response;
    private @Nullable Watcher watcher;
    private int interims;
    private long sentMark;
    private boolean waitsForWindow;
    private boolean requestSent;
    private boolean tunnel;
    private boolean paused;
    private boolean stale;
    private boolean over;

    Http2Call(Http2Connection connection, boolean reused) {
        this.connection = connection;
        this.reused = reused;
    }

    @Override
    public boolean reused() {
        return reused;
    }

    @Override
    public boolean isStale() {
        return stale;
    }

    @Override
    public ByteSink send(RequestHead head, ForwardedFields own, String id, Watcher to) {
        request = head;
        watcher = to;
        if (head.isUpgrade() && !connection.session().takesConnectProtocol()) {
            over = true;
            connection.released();
            to.failed(Failure.untouched(
                    FailureKind.BAD_RESPONSE,
                    connection.name() + " takes no WebSocket over HTTP/2 (SETTINGS_ENABLE_CONNECT_PROTOCOL)"));
            return Nowhere.INSTANCE;
        }
        Http2Stream opened = connection.session().open();
        if (opened == null) {
            throw new IllegalStateException("open: no room (expected: a connection with room)");
        }
        stream = opened;
        requestSent = head.isUpgrade();
        opened.owner(this);
        connection.loop().deadlines().add(deadline);
        deadline.in(Watcher.firstByte(watcher, config()));
        opened.head(
                connection.session().heads().request(head, own, id, connection.name(), "http"), head.bodyLength() == 0);
        return opened;
    }

    @Override
    public void cancel(Failure why) {
        if (!over) {
            finish();
            stream().reset(Http2Code.CANCEL);
        }
    }

    @Override
    public void release() {
        over = true;
        connection.released();
    }

    @Override
    public void head(Http2Block block, boolean last) {
        RequestHead asked = request;
        if (over || asked == null) {
            return;
        }
        Reading<ResponseHead> reading = Http2HeadReader.response(block, asked, last);
        switch (reading) {
            case ResponseHead head -> onHead(head, asked, last);
            case Reading.Refused<ResponseHead> refused -> fail(refused.why(), Http2Code.PROTOCOL_ERROR);
            default -> throw new IllegalStateException("a reading of another kind");
        }
    }

    @Override
    public void content(ByteBuf chunk) {
        inlet.offer(chunk);
    }

    @Override
    public void ended(@Nullable Fields trailers) {
        ResponseHead head = response;
        if (over || head == null) {
            return;
        }
        if (trailers != null) {
            head.trailers(trailers);
        }
        if (!tunnel || stream().isSent()) {
            finish();
        }
        inlet.finish();
        if (!stream().isSent() && !tunnel) {
            // The answer is whole, and nobody reads the rest of the request.
            stream().reset(Http2Code.CANCEL);
        }
    }

    @Override
    public void settled() {
        if (!over && response != null) {
            if (!paused && !tunnel) {
                deadline.in(Watcher.idleBody(watcher, config()));
            }
            inlet.settle();
        }
    }

    @Override
    public void reset(Http2Code code, boolean byPeer, boolean processed, String detail) {
        if (over) {
            return;
        }
        finish();
        boolean died = connection.isClosed();
        stale = reused && died;
        Failure why = faults().reset(byPeer || died, processed, response != null, detail);
        if (tunnel && inlet.isFinished() && watcher != null) {
            watcher.lost(why);
        } else {
            tell(why);
        }
    }

    @Override
    public void sent(boolean reached) {
        requestSent = true;
        if (!over && stream().isOver()) {
            // A tunnel whose endpoint had ended its direction before.
            finish();
        } else if (!over && response == null) {
            deadline.in(Watcher.firstByte(watcher, config()));
        }
    }

    @Override
    public @Nullable Fields trailers() {
        return request == null ? null : request.trailers();
    }

    @Override
    public void blocked(boolean on) {
        waitsForWindow = on;
        if (on && !over && response == null) {
            sentMark = stream().sentBytes();
            deadline.in(Watcher.firstByte(watcher, config()));
        }
    }

    @Override
    public void reading(boolean on) {
        paused = !on;
        if (over) {
            return;
        }
        stream().reading(on);
        if (on && !tunnel) {
            deadline.in(Watcher.idleBody(watcher, config()));
        } else {
            deadline.clear();
        }
    }

    @Override
    public void cancelled(Failure why) {
        cancel(why);
    }

    private void onHead(ResponseHead head, RequestHead asked, boolean last) {
        if (head.isInterim()) {
            onInterim(head);
            return;
        }
        stream().heard();
        tunnel = asked.isUpgrade() && head.status() == 200 && !last;
        ResponseHead answer = tunnel ? Http2HeadReader.upgraded(head, asked) : head;
        response = answer;
        if (tunnel) {
            // The front, which sees both ways, says when a tunnel has been silent too long.
            deadline.clear();
        } else if (!last) {
            stream().expect(answer.hasBody(asked) ? answer.bodyLength() : 0);
            deadline.in(Watcher.idleBody(watcher, config()));
        }
        if (watcher != null) {
            watcher.head(answer, inlet);
        }
    }

    private void onInterim(ResponseHead head) {
        if (++interims > MAX_INTERIM) {
            Failure why = Failure.of(FailureKind.BAD_RESPONSE, "more than " + MAX_INTERIM + " interim responses");
            fail(why, Http2Code.ENHANCE_YOUR_CALM);
        } else if (watcher != null) {
            watcher.interim(head);
        }
    }

    private void late() {
        if (stream().isOver()) {
            finish();
            return;
        }
        if (response != null) {
            late(faults().silent(Watcher.idleBody(watcher, config())));
        } else if (waitsForWindow && stream().sentBytes() != sentMark) {
            blocked(true);
        } else if (waitsForWindow) {
            late(faults().unread(Watcher.firstByte(watcher, config())));
        } else if (requestSent) {
            late(faults().noHead(Watcher.firstByte(watcher, config())));
        }
    }

    private void late(Failure why) {
        connection.doubt();
        fail(why, Http2Code.CANCEL);
    }

    /** Ends the call, for the endpoint too. */
    private void fail(Failure why, Http2Code code) {
        if (!over) {
            finish();
            stream().reset(code);
            tell(why);
        }
    }

    private void tell(Failure why) {
        if (response != null) {
            inlet.fail(why);
        } else if (watcher != null) {
            watcher.failed(why);
        }
    }

    private void finish() {
        over = true;
        connection.loop().deadlines().remove(deadline);
    }

    private Http2Stream stream() {
        if (stream == null) {
            throw new IllegalStateException("stream: nothing was sent yet");
        }
        return stream;
    }

    private EndpointFaults faults() {
        return new EndpointFaults(connection.name());
    }

    private UpstreamConfig config() {
        return connection.pool().config();
    }
}

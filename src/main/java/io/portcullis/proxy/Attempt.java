package io.portcullis.proxy;

import io.portcullis.http.Exchange;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Peer;
import io.portcullis.net.Pump;
import io.portcullis.upstream.Call;
import io.portcullis.upstream.CallTaker;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One try of one flight at one endpoint. */
@io.portcullis.net.OnLoop
final class Attempt implements CallTaker, Call.Watcher, Pump.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final Flight flight;
    private final Exchange exchange;
    private final Upstream upstream;
    private final Member member;
    private final @Nullable Attempt before;
    private final boolean fresh;
    private final TryTimes times = new TryTimes();
    private @Nullable Call call;
    private @Nullable Pump pump;
    private int status;
    private boolean heard;
    private boolean over;
    private boolean reported;
    private boolean excluded;
    private boolean asked;
    private boolean left;

    /** The first one. */
    Attempt(Flight flight, Upstream upstream, Member member) {
        this(flight, upstream, member, null, false);
    }

    /** The next one; where {@code fresh}, it must be on a new connection. */
    Attempt(Flight flight, Member member, Attempt before, boolean fresh) {
        this(flight, before.upstream, member, before, fresh);
    }

    private Attempt(Flight flight, Upstream upstream, Member member, @Nullable Attempt before, boolean fresh) {
        this.flight = flight;
        this.exchange = flight.exchange();
        this.upstream = upstream;
        this.member = member;
        this.before = before;
        this.fresh = fresh;
    }

    void start() {
        upstream.began(member);
        member.endpoint().acquire(exchange.loop(), fresh, this);
    }

    Upstream upstream() {
        return upstream;
    }

    /** The one before; null for the first. */
    @Nullable
    Attempt before() {
        return before;
    }

    /** Which of the exchange's it is, from 1. */
    int number() {
        return before == null ? 1 : before.number() + 1;
    }

    /** Its endpoint is not to be asked again. */
    void exclude() {
        excluded = true;
    }

    boolean isExcluded() {
        return excluded;
    }

    /** @param tries of the exchange so far */
    RetryPolicy.Seen seen(int tries) {
        return new RetryPolicy.Seen(tries, isStale(), heard, bodyTaken());
    }

    Member member() {
        return member;
    }

    /** Whether a pooled connection was used on which nothing came back: it may have been closed before the request came. */
    boolean isStale() {
        return call != null && call.isStale() && !heard;
    }

    /** Nanoseconds that making a connection took; negative where none was made. */
    long connectNanos() {
        return call == null || call.reused() ? -1 : times.untilSentNanos();
    }

    TryTimes times() {
        return times;
    }

    /** Whether a kept connection was used. */
    boolean isReused() {
        return call != null && call.reused();
    }

    /** The endpoint's status; 0 where none came. */
    int status() {
        return status;
    }

    /** Bytes of the request's body that were sent. */
    long bytesSent() {
        return pump == null ? 0 : pump.bytes();
    }

    /** Whether some of the request's body was taken from the client: another try could not send it. */
    boolean bodyTaken() {
        return pump != null;
    }

    /** Whether it is to be counted now: true once. */
    boolean report() {
        boolean first = !reported;
        reported = true;
        return first;
    }

    /** Its answer is not wanted: another endpoint is asked. */
    void drop(ByteSource body) {
        over = true;
        body.cancel(Failure.of(FailureKind.CLIENT_GONE, "another endpoint is asked instead"));
    }

    /** Its answer is not passed on. Where the endpoint has the whole request, what is left of the answer is read, for the connection's sake. */
    void leave(ByteSource body) {
        over = true;
        left = asked;
        Leftover.of(body, asked);
    }

    /** Nobody wants this try any more. */
    void cancel(Failure why) {
        over = true;
        if (call == null) {
            member.endpoint().forget(exchange.loop(), this);
        } else if (!left) {
            call.cancel(why);
        }
    }

    @Override
    public Peer client() {
        return exchange.client().peer();
    }

    @Override
    public boolean isGone() {
        return over;
    }

    @Override
    public void ready(Call taken) {
        if (over) {
            taken.release();
            return;
        }
        call = taken;
        times.sent();
        RequestHead head = Journey.head(flight, this);
        ByteSink sink = taken.send(head, flight.forwarded(), flight.id(), this);
        if (over) {
            return;
        }
        if (head.bodyLength() == 0) {
            asked = true;
            sink.end();
        } else {
            pump = new Pump(exchange.body(), Departure.body(flight, sink), this);
            pump.start();
            sink.flush();
        }
    }

    @Override
    public Duration firstByteLimit(Duration ofUpstream) {
        return flight.shaping() == null ? ofUpstream : flight.shaping().limits().firstByte(ofUpstream);
    }

    @Override
    public Duration idleBodyLimit(Duration ofUpstream) {
        return flight.shaping() == null ? ofUpstream : flight.shaping().limits().idleBody(ofUpstream);
    }

    @Override
    public void refused(Failure why) {
        failed(why);
    }

    @Override
    public void interim(ResponseHead head) {
        heard = true;
        if (!over) {
            Hedge.won(flight, this);
            exchange.inform(head);
        }
    }

    @Override
    public void head(ResponseHead head, ByteSource body) {
        if (over) {
            body.cancel(Failure.of(FailureKind.CLIENT_GONE, "nobody waits for the response"));
            return;
        }
        times.head();
        status = head.status();
        upstream.answered(status, times.firstByteNanos());
        if (call != null && !call.reused()) {
            // Not of others: the field hardly changes, and looking for it costs a walk over the fields.
            member.endpoint().learnKeepAlive(head);
        }
        try {
            passOn(head, body);
        } catch (RuntimeException e) {
            // Nobody else would answer the client, or tell of it: to the connection it would look like the endpoint's
            // fault.
            LOG.error("internal error with an answer of {}", member.endpoint().name(), e);
            Failure ours = Failure.of(FailureKind.INTERNAL, e.toString());
            body.cancel(ours);
            failed(ours);
        }
    }

    private void passOn(ResponseHead head, ByteSource body) {
        Failure unfit = UnfitResponse.why(exchange.head(), head);
        if (unfit != null) {
            body.cancel(unfit);
            if (!Hedge.goesOn(flight, this, unfit)) {
                flight.answer(unfit);
            }
        } else if (status < 500 || !Retries.passesOver(flight, this, status, body)) {
            Hedge.won(flight, this);
            upstream.stick(exchange.head(), head, member);
            flight.onHead(head, body);
        }
    }

    @Override
    public void failed(Failure why) {
        if (!over) {
            over = true;
            flight.onAttemptFailed(this, why);
        }
    }

    @Override
    public void lost(Failure why) {
        if (!over) {
            exchange.body().cancel(why);
        }
    }

    @Override
    public void pumped() {
        asked = true;
        times.asked();
    }

    /** The client's body broke off. */
    @Override
    public void broken(Failure why) {
        flight.onBroken(why);
    }
}

package io.portcullis.proxy;

import io.portcullis.http.Exchange;
import io.portcullis.http.Fields;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.ResponseHead;
import io.portcullis.http.WholeAnswer;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.LoopClock;
import io.portcullis.net.Pump;
import io.portcullis.telemetry.RouteMeters;
import io.portcullis.upstream.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on its way, from its head to its last byte; lives as long as the request.
 *
 * <p>The one loop is {@link Attempt} → {@link #onAttemptFailed} → {@link Retries} → {@link Attempt}, and it is closed before
 * the first byte of a response is sent ({@code committed}). The one exit is {@link #over}.
 */
@io.portcullis.net.OnLoop
final class Flight implements Exchange.Watcher, Pump.Watcher {
    private final HttpProxy proxy;
    private final Routing routing;
    private final Exchange exchange;
    private final String id;
    private final long beganNanos = LoopClock.nanos();
    private final long beganMillis = System.currentTimeMillis();
    private final ForwardedFields forwarded;
    private @Nullable Way way;
    private @Nullable RouteMeters counted;
    private @Nullable Attempt attempt;
    private @Nullable Pump response;
    private @Nullable TotalLimit limit;
    private @Nullable Failure failure;
    private @Nullable Upstream upstream;
    private @Nullable Extras extras;
    private int status;
    private int ownBytes;
    private boolean entered;
    private boolean committed;

    Flight(HttpProxy proxy, Routing routing, Exchange exchange) {
        this.proxy = proxy;
        this.routing = routing;
        this.exchange = exchange;
        this.forwarded = routing.forwarding().fields(exchange.client(), exchange.head());
        this.id = forwarded.requestId().isEmpty() ? exchange.client().nextId() : forwarded.requestId();
    }

    void begin() {
        exchange.watch(this);
        Failure refused = Refusals.of(exchange, routing.forwarding(), proxy.redirect() == null);
        if (refused != null) {
            answer(refused);
        } else if (proxy.redirect() != null) {
            Departure.toHttps(this, routing, proxy.redirect());
        } else {
            Departure.follow(this, routing);
        }
    }

    @Override
    public String id() {
        return id;
    }

    ForwardedFields forwarded() {
        return forwarded;
    }

    /** The endpoint answered: from here on the client is ours to serve with this response or none. */
    void onHead(ResponseHead head, ByteSource body) {
        if (ErrorAnswers.replaces(this, routing, head, body)) {
            return;
        }
        if (head.status() == 101) {
            TotalLimit.end(limit);
        }
        shape(head.fields());
        Shaping.guard(shaping(), head);
        committed = true;
        status = head.status();
        ByteSink sink = exchange.respond(head);
        response = new Pump(body, sink, this);
        response.start();
    }

    void onAttemptFailed(Attempt failed, Failure why) {
        proxy.tryOver(this, failed, why);
        if (Hedge.goesOn(this, failed, why)) {
            return;
        }
        Attempt next = Retries.after(this, failed, why);
        if (next == null) {
            onBroken(failed.upstream().last(why));
        } else {
            fly(next);
        }
    }

    void tryOver(Attempt ended, @Nullable Failure why) {
        proxy.tryOver(this, ended, why);
    }

    /** The request's body broke off, so that no endpoint may take it for whole; or the time is over. */
    void onBroken(Failure why) {
        failure = why;
        if (!committed) {
            answer(why);
        } else if (why.kind() != FailureKind.CLIENT_GONE) {
            // A front whose client is gone ends the exchange itself.
            exchange.cut(why);
        }
    }

    @Override
    public void pumped() {
        // The front reports the end, when the last byte is written.
    }

    /** The endpoint broke off within its response: the client must not take it for whole (rule F28). */
    @Override
    public void broken(Failure why) {
        failure = why;
        exchange.cut(why);
    }

    @Override
    public void over(@Nullable Failure why) {
        TotalLimit.end(limit);
        if (failure == null) {
            failure = why;
        }
        if (attempt != null) {
            cancel(why != null ? why : Failure.of(FailureKind.CLIENT_GONE, "the exchange is over"));
            proxy.tryOver(this, attempt, failure);
        }
        if (extras != null) {
            extras.end();
        }
        if (entered && upstream != null) {
            upstream.leave();
        }
        proxy.finished(this);
    }

    /** Its route is known, and is to be told of its end. */
    void way(Way found) {
        way = found;
        counted(found.meters());
    }

    /** These meters are told of the beginning, and of the end. */
    void counted(RouteMeters meters) {
        counted = meters;
        meters.began();
    }

    void limit(@Nullable TotalLimit begun) {
        limit = begun;
    }

    /** The time it has; null where it has all. */
    @Nullable
    TotalLimit limit() {
        return limit;
    }

    /** What few flights carry. */
    Extras extras() {
        Extras carried = extras == null ? new Extras() : extras;
        extras = carried;
        return carried;
    }

    @Nullable
    Extras carried() {
        return extras;
    }

    /** What is changed in what passes; null where nothing is. */
    @Nullable
    Shaping shaping() {
        return way == null ? null : way.shaping();
    }

    /** It goes to this upstream, which let it in or not. */
    void enters(Upstream to, boolean in) {
        upstream = to;
        entered = in;
    }

    /** Null where it goes to none. */
    @Nullable
    Upstream upstream() {
        return upstream;
    }

    void fly(Attempt next) {
        attempt = next;
        Hedge.watch(this, next);
        next.start();
    }

    void landed(Attempt winner) {
        attempt = winner;
    }

    private void cancel(Failure why) {
        if (attempt != null) {
            attempt.cancel(why);
            Hedge.cancel(this, why);
        }
    }

    /** Ends it with an error of our own, where none of a response was sent yet. */
    void answer(Failure why) {
        if (failure == null) {
            failure = why;
        }
        cancel(why);
        if (!committed && why.kind() != FailureKind.CLIENT_GONE) {
            send(ErrorAnswers.of(this, routing, why));
        }
    }

    /** Facts first: the exchange may be over when sending returns. */
    void send(WholeAnswer answer) {
        shape(answer.fields());
        committed = true;
        status = answer.status();
        ownBytes = exchange.head().isHead() ? 0 : answer.length();
        answer.send(exchange);
    }

    private void shape(Fields response) {
        if (extras != null) {
            extras.give(response);
        }
        Way found = way;
        // Not where the error is ours: what failed may be just this.
        boolean ours = failure != null && failure.kind() == FailureKind.INTERNAL;
        if (!ours && found != null && found.shaping() != null) {
            found.shaping().respond(response, () -> Known.of(this, found));
        }
    }

    Exchange exchange() {
        return exchange;
    }

    @Nullable
    Way way() {
        return way;
    }

    /** The meters that were told of the beginning; null where none were. */
    @Nullable
    RouteMeters counted() {
        return counted;
    }

    /** The one that answers; before that the newest; null before the first. */
    @Nullable
    Attempt attempt() {
        return attempt;
    }

    @Nullable
    Failure failure() {
        return failure;
    }

    int tries() {
        return attempt == null ? 0 : Hedge.tries(this, attempt.number());
    }

    /** The status the client was sent; 0 where none was. */
    int status() {
        return status;
    }

    long beganNanos() {
        return beganNanos;
    }

    long beganMillis() {
        return beganMillis;
    }

    /** Bytes of the response's body that were handed to the front. */
    long bytesOut() {
        return response == null ? ownBytes : response.bytes();
    }
}

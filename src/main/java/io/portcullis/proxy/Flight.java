package io.portcullis.proxy;

import io.portcullis.http.Exchange;
import io.portcullis.http.ForwardedFields;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.http.WholeAnswer;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Pump;
import io.portcullis.route.PathGate;
import io.portcullis.telemetry.RouteMeters;
import io.portcullis.upstream.Member;
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
    private final long beganNanos = System.nanoTime();
    private final long beganMillis = System.currentTimeMillis();
    private final ForwardedFields forwarded;
    private @Nullable Way way;
    private @Nullable RouteMeters counted;
    private @Nullable Attempt attempt;
    private @Nullable Pump response;
    private @Nullable TotalLimit limit;
    private @Nullable Failure failure;
    private @Nullable Upstream entered;
    private int status;
    private int ownBytes;
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
            redirectToHttps(proxy.redirect());
        } else {
            follow();
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
        committed = true;
        status = head.status();
        if (status == 101) {
            endLimit();
        }
        ByteSink sink = exchange.respond(head);
        response = new Pump(body, sink, this);
        response.start();
    }

    void onAttemptFailed(Attempt failed, Failure why) {
        proxy.tryOver(this, failed, why);
        Attempt next = Retries.after(this, failed, why);
        if (next == null) {
            answer(why);
        } else {
            attempt = next;
            next.start();
        }
    }

    /** Asks another endpoint instead of passing on this status; false where that may not or cannot be. */
    boolean triesElsewhere(Attempt failed, int refused, ByteSource unwanted) {
        Attempt next = Retries.afterStatus(this, failed, refused);
        if (next != null) {
            proxy.tryOver(this, failed, null);
            failed.drop(unwanted);
            attempt = next;
            next.start();
        }
        return next != null;
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

    /** The whole response was handed to the front. */
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

    private void endLimit() {
        if (limit != null) {
            limit.end();
        }
    }

    @Override
    public void over(@Nullable Failure why) {
        endLimit();
        if (failure == null) {
            failure = why;
        }
        if (attempt != null) {
            attempt.cancel(why != null ? why : Failure.of(FailureKind.CLIENT_GONE, "the exchange is over"));
            proxy.tryOver(this, attempt, failure);
        }
        if (entered != null) {
            entered.leave();
        }
        proxy.finished(this);
    }

    private void follow() {
        RequestHead head = exchange.head();
        switch (routing.gate().route(head)) {
            case PathGate.Verdict.Refused<Way> refused -> answer(Failure.of(FailureKind.BAD_REQUEST, refused.why()));
            case PathGate.Verdict.Passed<Way> passed -> {
                head.target(passed.target());
                follow(passed.route());
            }
        }
    }

    private void follow(@Nullable Way found) {
        if (found == null) {
            answer(Failure.of(
                    FailureKind.NO_ROUTE,
                    "no route for " + exchange.head().authority().host()));
            return;
        }
        way = found;
        counted = found.meters();
        counted.began();
        switch (found.action()) {
            case Way.Forward forward -> forward(found, forward);
            case Way.Redirect redirect -> {
                String location =
                        redirect.location(found.route().path(), exchange.head().target());
                send(Answers.redirect(exchange, redirect.to().status(), location, id));
            }
            case Way.Respond respond -> send(Answers.respond(respond));
        }
    }

    private void forward(Way found, Way.Forward forward) {
        switch (MaxForwards.step(exchange.head())) {
            case ONWARD -> {
                limit = TotalLimit.begin(exchange.loop(), found.route(), this::onBroken);
                dispatch(forward.upstream());
            }
            case HERE -> send(Answers.options());
            case MALFORMED -> answer(Failure.of(FailureKind.BAD_REQUEST, "malformed or repeated Max-Forwards"));
        }
    }

    private void dispatch(Upstream upstream) {
        if (!upstream.enter()) {
            answer(Failure.untouched(
                    FailureKind.UPSTREAM_BUSY,
                    upstream.config().maxRequests() + " exchanges are under way to " + upstream.name()));
            return;
        }
        entered = upstream;
        Member first = upstream.first(exchange.head(), upstream.key(exchange.head(), forwarded.client()));
        if (first == null) {
            answer(upstream.unavailable());
            return;
        }
        Attempt next = new Attempt(this, upstream, first);
        attempt = next;
        next.start();
    }

    private void redirectToHttps(HttpProxy.HttpsRedirect redirect) {
        counted = redirect.meters();
        counted.began();
        if (!routing.knows(exchange.head().authority())) {
            answer(Failure.of(
                    FailureKind.NO_ROUTE,
                    "no route or certificate names "
                            + exchange.head().authority().host()));
            return;
        }
        send(Answers.redirect(exchange, redirect.status(), redirect.location(exchange.head()), id));
    }

    /** Ends it with an error of our own, where none of a response was sent yet. */
    void answer(Failure why) {
        if (failure == null) {
            failure = why;
        }
        if (attempt != null) {
            attempt.cancel(why);
        }
        if (!committed && why.kind() != FailureKind.CLIENT_GONE) {
            send(Answers.failure(exchange, why, id, routing.forwarding().via()));
        }
    }

    /** Facts first: the exchange may be over when sending returns. */
    private void send(WholeAnswer answer) {
        committed = true;
        status = answer.status();
        ownBytes = exchange.head().isHead() ? 0 : answer.length();
        answer.send(exchange);
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

    @Nullable
    Attempt attempt() {
        return attempt;
    }

    @Nullable
    Failure failure() {
        return failure;
    }

    int tries() {
        return attempt == null ? 0 : attempt.number();
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

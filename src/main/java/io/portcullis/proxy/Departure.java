package io.portcullis.proxy;

import io.portcullis.http.RequestHead;
import io.portcullis.http.WholeAnswer;
import io.portcullis.net.ByteSink;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.route.PathGate;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import org.jspecify.annotations.Nullable;

/** The beginning of a flight: its route is found, and it is answered here or has its first try. */
@io.portcullis.net.OnLoop
final class Departure {
    private Departure() {}

    /** Finds its route. */
    static void follow(Flight flight, Routing routing) {
        RequestHead head = flight.exchange().head();
        switch (routing.gate().route(head, flight.forwarded().client())) {
            case PathGate.Verdict.Refused<Way> refused ->
                flight.answer(Failure.of(FailureKind.BAD_REQUEST, refused.why()));
            case PathGate.Verdict.Passed<Way> passed -> {
                head.target(passed.target());
                follow(flight, passed.route());
            }
        }
    }

    /** @param found null where no route matches */
    private static void follow(Flight flight, @Nullable Way found) {
        RequestHead head = flight.exchange().head();
        if (found == null) {
            flight.answer(Failure.of(
                    FailureKind.NO_ROUTE, "no route for " + head.authority().host()));
            return;
        }
        flight.way(found);
        switch (found.action()) {
            case Way.Forward forward -> forward(flight, found, forward.upstream());
            case Way.Redirect redirect ->
                flight.send(Answers.redirect(
                        flight.exchange(),
                        redirect.to().status(),
                        redirect.location(found.route().path(), head.target()),
                        flight.id()));
            case Way.Split split -> forward(flight, found, chosen(flight, split));
            case Way.Respond respond -> {
                WholeAnswer answer = Answers.respond(respond);
                if (respond.headers() != null) {
                    respond.headers().apply(answer.fields(), () -> Known.of(flight, found));
                }
                flight.send(answer);
            }
        }
    }

    private static void forward(Flight flight, Way way, Upstream upstream) {
        switch (MaxForwards.step(flight.exchange().head())) {
            case ONWARD -> {
                flight.limit(TotalLimit.begin(
                        flight.exchange().loop(), way.route(), flight.exchange().head(), flight::onBroken));
                if (way.shaping() == null || isShaped(flight, way, way.shaping())) {
                    if (way.mirror() != null) {
                        way.mirror().consider(flight);
                    }
                    dispatch(flight, upstream);
                }
            }
            case HERE -> flight.send(Answers.options());
            case MALFORMED -> flight.answer(Failure.of(FailureKind.BAD_REQUEST, "malformed or repeated Max-Forwards"));
        }
    }

    private static Upstream chosen(Flight flight, Way.Split split) {
        SplitChoice choice = split.choice();
        int lot = choice.lot(flight.exchange().head(), flight.forwarded().client());
        if (lot < 0) {
            lot = SplitChoice.draw();
            flight.extras().cookie(choice.cookie(lot));
        }
        return split.upstreams().get(choice.place(lot));
    }

    private static boolean isShaped(Flight flight, Way way, Shaping shaping) {
        if (flight.exchange().head().bodyLength() > shaping.limits().requestBody()) {
            flight.answer(BodyCap.tooLarge(shaping.limits().requestBody()));
            return false;
        }
        RequestHead outbound = shaping.outbound(flight.exchange().head(), () -> Known.of(flight, way));
        if (outbound == null) {
            flight.answer(Rehearsal.ODD_PATH);
            return false;
        }
        if (!outbound.equals(flight.exchange().head())) {
            flight.extras().outbound(outbound);
        }
        return true;
    }

    private static void dispatch(Flight flight, Upstream upstream) {
        if (!flight.enter(upstream)) {
            flight.answer(Failure.untouched(
                    FailureKind.UPSTREAM_BUSY,
                    upstream.config().maxRequests() + " exchanges are under way to " + upstream.name()));
            return;
        }
        RequestHead head = flight.exchange().head();
        Member first =
                upstream.first(head, upstream.key(head, flight.forwarded().client()));
        if (first == null) {
            flight.answer(upstream.unavailable());
        } else {
            flight.fly(new Attempt(flight, upstream, first));
        }
    }

    /**
     * What an endpoint is sent; a gRPC server is told the time that is left.
     *
     * @param number of the try, from 1
     */
    static RequestHead head(Flight flight, int number) {
        TotalLimit limit = flight.limit();
        RequestHead head = outbound(flight);
        return limit == null ? head : limit.told(head, number);
    }

    /** The head as its route has it. */
    static RequestHead outbound(Flight flight) {
        RequestHead other = flight.carried() == null ? null : flight.carried().outbound();
        return other == null ? flight.exchange().head() : other;
    }

    /** Where a request's body goes on its way to {@code sink}. */
    static ByteSink body(Flight flight, ByteSink sink) {
        Shaping shaping = flight.shaping();
        MirrorCopy copy = flight.carried() == null ? null : flight.carried().copy();
        if (flight.exchange().head().isUpgrade()) {
            // What passes through a tunnel is no body.
            return sink;
        }
        ByteSink to = copy == null ? sink : new MirrorTee(sink, copy);
        return shaping == null ? to : shaping.capped(to, flight.exchange().body(), flight::onBroken);
    }

    /** What a listener does that sends everything to HTTPS. */
    static void toHttps(Flight flight, Routing routing, HttpProxy.HttpsRedirect redirect) {
        RequestHead head = flight.exchange().head();
        flight.counted(redirect.meters());
        if (!routing.knows(head.authority())) {
            flight.answer(Failure.of(
                    FailureKind.NO_ROUTE,
                    "no route or certificate names " + head.authority().host()));
            return;
        }
        flight.send(Answers.redirect(flight.exchange(), redirect.status(), redirect.location(head), flight.id()));
    }
}

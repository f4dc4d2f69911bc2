package io.portcullis.proxy;

import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import org.jspecify.annotations.Nullable;

/** What a flight does once its route is known: is answered here, or has its first try. */
@io.portcullis.net.OnLoop
final class Departure {
    private Departure() {}

    /** @param found null where no route matches */
    static void follow(Flight flight, @Nullable Way found) {
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
            case Way.Respond respond -> flight.send(Answers.respond(respond));
        }
    }

    private static void forward(Flight flight, Way way, Upstream upstream) {
        switch (MaxForwards.step(flight.exchange().head())) {
            case ONWARD -> {
                flight.limit(TotalLimit.begin(flight.exchange().loop(), way.route(), flight::onBroken));
                if (way.shaping() == null || isShaped(flight, way, way.shaping())) {
                    dispatch(flight, upstream);
                }
            }
            case HERE -> flight.send(Answers.options());
            case MALFORMED -> flight.answer(Failure.of(FailureKind.BAD_REQUEST, "malformed or repeated Max-Forwards"));
        }
    }

    private static boolean isShaped(Flight flight, Way way, Shaping shaping) {
        RequestHead outbound = shaping.outbound(flight.exchange().head(), () -> Known.of(flight, way));
        if (outbound == null) {
            flight.answer(Rehearsal.ODD_PATH);
            return false;
        }
        flight.outbound(outbound);
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
            flight.answer(Failure.untouched(
                    FailureKind.NO_AVAILABLE_ENDPOINT, "no endpoint of " + upstream.name() + " is available"));
        } else {
            flight.fly(new Attempt(flight, upstream, first));
        }
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

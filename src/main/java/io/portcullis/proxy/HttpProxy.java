package io.portcullis.proxy;

import io.portcullis.http.Exchange;
import io.portcullis.http.ExchangeHandler;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.LoopClock;
import io.portcullis.telemetry.Meters;
import io.portcullis.telemetry.Protocol;
import io.portcullis.telemetry.RouteMeters;
import io.portcullis.upstream.Upstream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends every exchange on its way, and keeps the books when it is over. Safe for any thread. */
public final class HttpProxy implements ExchangeHandler {
    /**
     * What a listener does that sends everything to HTTPS.
     *
     * @param port where the client should come back
     */
    public record HttpsRedirect(int port, int status, RouteMeters meters) {
        /** The same place by HTTPS. */
        String location(RequestHead head) {
            return location(head, port);
        }

        static String location(RequestHead head, int port) {
            String target = head.path().equals("*") ? "/" : head.target().text();
            return "https://" + head.authority().hostAndPort(port, 443) + target;
        }
    }

    private final Supplier<Routing> routing;
    private final Scribes scribes;
    private final Meters meters;
    private final @Nullable HttpsRedirect redirect;

    /**
     * @param routing read once for each exchange, which keeps what it began with
     * @param scribes are told of each exchange
     * @param redirect set for a listener that routes nothing
     */
    public HttpProxy(Supplier<Routing> routing, Scribes scribes, Meters meters, @Nullable HttpsRedirect redirect) {
        this.routing = routing;
        this.scribes = scribes;
        this.meters = meters;
        this.redirect = redirect;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.client().introduce(exchange.head());
        Flight flight = new Flight(this, routing.get(), exchange);
        scribes.began(flight);
        flight.begin();
    }

    @Nullable
    HttpsRedirect redirect() {
        return redirect;
    }

    /** A try is over, well or not. */
    void tryOver(Flight flight, Attempt attempt, @Nullable Failure why) {
        if (!attempt.report()) {
            return;
        }
        Journey.tried(flight, attempt, why);
        Upstream upstream = attempt.upstream();
        long total = LoopClock.nanos() - attempt.times().beganNanos();
        long firstByte = attempt.times().firstByteNanos();
        upstream.meters().finished(firstByte, total);
        attempt.member().endpoint().meters().finished(attempt.status());
        // A kept connection that ended between two requests, or a stream that was turned away, is no failure of the
        // endpoint.
        boolean innocent =
                why != null && why.kind() == FailureKind.UPSTREAM_CLOSED && (attempt.isStale() || why.untouched());
        Failure blame = innocent ? null : why;
        upstream.over(attempt.member(), attempt.status(), blame, firstByte < 0 ? total : firstByte);
    }

    /** The exchange is over: the one place that counts and logs it. */
    void finished(Flight flight) {
        long total = LoopClock.nanos() - flight.beganNanos();
        Failure failure = flight.failure();
        if (failure != null) {
            meters.failure(failure.kind().tag(), failure.kind().side().tag());
        }
        RouteMeters route = flight.counted();
        Protocol protocol = Entries.protocol(flight.exchange().head().protocol());
        if (route != null) {
            long bytesIn = flight.attempt() == null ? 0 : flight.attempt().bytesSent();
            route.finished(protocol, flight.status(), total, bytesIn, flight.bytesOut());
        }
        scribes.over(flight, protocol, total);
    }
}

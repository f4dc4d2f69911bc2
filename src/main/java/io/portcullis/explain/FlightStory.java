package io.portcullis.explain;

import io.portcullis.net.FailureKind;
import io.portcullis.proxy.PastFlight;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;

/** Tells of a past flight: when what happened, who ended it, and what to do. */
public final class FlightStory {
    private FlightStory() {}

    /** Everything that is remembered. */
    public static Facts of(PastFlight past) {
        PastFlight.Asked asked = past.asked();
        PastFlight.Client client = past.client();
        PastFlight.Ending ending = past.ending();
        Facts facts = new Facts();
        facts.put("id", asked.id());
        facts.put("time", Instant.ofEpochMilli(asked.epochMillis()).toString());
        facts.put(
                "request",
                asked.method() + " " + (client.tls() == null ? "http" : "https") + "://" + asked.host() + asked.target()
                        + " " + asked.protocol());
        facts.put("client", client.address() + " (port " + client.port() + "), listener " + client.listener());
        PastFlight.Tls tls = client.tls();
        if (tls != null) {
            facts.put(
                    "tls",
                    tls.version() + " " + tls.cipher() + " " + Objects.requireNonNullElse(tls.group(), "")
                            + (tls.resumed() ? ", resumed" : ""));
        }
        PastFlight.Hop hop = past.hop();
        facts.put("route", hop.route() == null ? "none" : hop.route());
        if (hop.endpoint() != null) {
            facts.put("upstream", hop.upstream() + ", " + hop.endpoint() + ", " + tries(hop));
        }
        facts.put("timeline", timeline(past));
        facts.put("bytes", ending.bytesIn() + " from the client, " + ending.bytesOut() + " to the client");
        facts.put("status", ending.status() == 0 ? "none was sent" : String.valueOf(ending.status()));
        FailureKind kind = ending.failure();
        if (past.isBackendsError()) {
            facts.put("outcome", "passed on: " + ending.status() + " is what the endpoint answered");
            facts.put("ended-by", FailureKind.Side.UPSTREAM.tag());
            facts.put("what-to-do", "See the log of " + hop.endpoint() + " for X-Request-Id: " + asked.id());
        } else {
            facts.put("outcome", kind == null ? "ok" : kind.tag() + ": " + ending.detail());
        }
        if (kind != null) {
            facts.put("ended-by", kind.side().tag());
            facts.put("what-to-do", advice(kind));
        }
        return facts;
    }

    private static String tries(PastFlight.Hop hop) {
        String which = hop.hedge() != null && hop.headNanos() >= 0 ? "this one answered" : "this was the last";
        return hop.tries() == 1 ? "1 try" : hop.tries() + " tries, " + which;
    }

    /** Milliseconds before and after the moment at which the request's head was complete. */
    private static List<String> timeline(PastFlight past) {
        PastFlight.Client client = past.client();
        PastFlight.Hop hop = past.hop();
        List<Moment> moments = new ArrayList<>();
        PastFlight.Tls tls = client.tls();
        if (tls == null) {
            moments.add(new Moment(-client.openNanos(), "accepted"));
        } else {
            moments.add(new Moment(-client.openNanos() - tls.nanos(), "accepted"));
            moments.add(new Moment(-client.openNanos(), "handshake over"));
        }
        moments.add(new Moment(0, hop.route() == null ? "head read, no route" : "head read, route found"));
        hop(hop, moments);
        moments.sort(Comparator.comparingLong(Moment::nanos));
        // Whatever the clocks of its parts say, nothing follows the end.
        moments.add(new Moment(past.ending().totalNanos(), past.ending().failure() == null ? "last byte" : "ended"));
        return moments.stream().map(Moment::line).toList();
    }

    private static void hop(PastFlight.Hop hop, List<Moment> moments) {
        if (hop.hedge() != null) {
            moments.add(new Moment(hop.hedgeNanos(), "no answer yet: " + hop.hedge() + " is asked as well"));
        }
        boolean isHedge = hop.hedge() != null && hop.tryNanos() == hop.hedgeNanos();
        if (hop.tryNanos() >= 0 && !isHedge) {
            boolean last = hop.tries() > 1 && (hop.hedge() == null || hop.tryNanos() > hop.hedgeNanos());
            moments.add(new Moment(hop.tryNanos(), (last ? "last try" : "try") + " began: a connection is asked for"));
        }
        if (hop.sentNanos() >= 0) {
            moments.add(new Moment(
                    hop.sentNanos(), hop.reused() ? "sent, on a kept connection" : "sent, on a new connection"));
        }
        if (hop.headNanos() >= 0) {
            moments.add(new Moment(hop.headNanos(), "first byte of the answer"));
        }
    }

    private record Moment(long nanos, String what) {
        String line() {
            return String.format(Locale.ROOT, "%10.1f ms  %s", nanos / 1e6, what);
        }
    }

    /** The words of docs/operations.md. */
    static String advice(FailureKind kind) {
        Properties advice = new Properties();
        try (InputStream stream = FlightStory.class.getResourceAsStream("/advice.properties")) {
            advice.load(new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return advice.getProperty(kind.tag(), "see docs/operations.md, Failure kinds");
    }
}

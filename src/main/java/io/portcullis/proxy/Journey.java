package io.portcullis.proxy;

import io.portcullis.http.ClaimedNames;
import io.portcullis.http.Fields;
import io.portcullis.http.RequestHead;
import io.portcullis.http.Spellings;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.LoopClock;
import io.portcullis.telemetry.AccessRecord;
import io.portcullis.telemetry.ExchangeSpan;
import io.portcullis.telemetry.Tracing;
import io.portcullis.telemetry.TrySpan;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A flight's part in a trace: its span, and those of the tries under way. Each try's endpoint is told the try's own span as its parent; where
 * the trace is not recorded there are no spans of tries, and the flight's place is told, so that the endpoint does not record either.
 */
@io.portcullis.net.OnLoop
final class Journey {
    private static final ClaimedNames OURS = ClaimedNames.of(Tracing.FIELDS);

    private final ExchangeSpan span;
    private final long epochOffset;
    private final Map<Attempt, TrySpan> underWay;

    private Journey(ExchangeSpan span, long epochOffset) {
        this.span = span;
        this.epochOffset = epochOffset;
        this.underWay = span.isRecorded() ? new IdentityHashMap<>(2) : Map.of();
    }

    /** What a client brings that is not believed is taken away: no route, copy or endpoint sees it. */
    static Journey begin(Tracing tracing, Flight flight) {
        Fields fields = flight.exchange().head().fields();
        boolean believed = tracing.believes(flight.exchange().client().peer().trusted());
        if (!believed) {
            Tracing.FIELDS.forEach(name -> Spellings.remove(fields, name));
        }
        long offset = flight.beganMillis() * 1_000_000 - flight.beganNanos();
        ExchangeSpan span =
                tracing.begin(name -> believed ? brought(fields, name) : null, offset + flight.beganNanos());
        return new Journey(span, offset);
    }

    boolean isRecorded() {
        return span.isRecorded();
    }

    /** One traceparent, or none: two are as good as a malformed one (W3C Trace Context §3.2); lines of tracestate are one list (§3.3). */
    private static @Nullable String brought(Fields fields, String name) {
        List<String> values = fields.all(name);
        boolean one = values.size() == 1 || name.equals("tracestate") && values.size() > 1;
        return one ? String.join(",", values) : null;
    }

    /** What {@code attempt} is to send. */
    static RequestHead head(Flight flight, Attempt attempt) {
        RequestHead head = Departure.head(flight, attempt.number());
        Extras extras = flight.carried();
        Journey journey = extras == null ? null : extras.journey();
        return journey == null ? head : journey.told(head, attempt);
    }

    private RequestHead told(RequestHead head, Attempt attempt) {
        Fields fields = head.fields().copy();
        Tracing.FIELDS.forEach(name -> Spellings.remove(fields, name));
        // A client must not take them away by naming them in Connection.
        if (span.isRecorded()) {
            TrySpan begun = span.attempt(epochOffset + attempt.times().beganNanos());
            underWay.put(attempt, begun);
            begun.tell(fields::addKept);
        } else {
            span.tell(fields::addKept);
        }
        return head.forwardedAs(head.target(), fields, OURS);
    }

    /** A try is over; one that never came to send anything, too. */
    static void tried(Flight flight, Attempt attempt, @Nullable Failure why) {
        Extras extras = flight.carried();
        Journey journey = extras == null ? null : extras.journey();
        if (journey != null && journey.span.isRecorded()) {
            journey.over(flight, attempt, why);
        }
    }

    private void over(Flight flight, Attempt attempt, @Nullable Failure why) {
        TrySpan begun = underWay.remove(attempt);
        TrySpan ended =
                begun == null ? span.attempt(epochOffset + attempt.times().beganNanos()) : begun;
        RequestHead head = Departure.outbound(flight);
        // Who lost a race, or was no longer wanted, did nothing wrong.
        String unwanted = why != null && why.kind() == FailureKind.CLIENT_GONE ? why.detail() : null;
        ended.end(
                new TrySpan.Tried(
                        head.method(),
                        head.path(),
                        attempt.upstream().config().tls() != null,
                        attempt.upstream().name(),
                        attempt.member().endpoint().name(),
                        attempt.number(),
                        attempt.status(),
                        why == null || unwanted != null ? null : why.kind().tag(),
                        unwanted),
                epochOffset + LoopClock.nanos());
    }

    void end(AccessRecord record, @Nullable Way way, long nanos) {
        String path = way == null ? null : way.route().path();
        span.end(record, path != null && path.endsWith("/") ? path + "*" : path, epochOffset + nanos);
    }
}

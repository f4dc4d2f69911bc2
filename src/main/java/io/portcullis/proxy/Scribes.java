package io.portcullis.proxy;

import io.portcullis.net.LoopClock;
import io.portcullis.telemetry.AccessLog;
import io.portcullis.telemetry.AccessRecord;
import io.portcullis.telemetry.ExchangeEvent;
import io.portcullis.telemetry.Protocol;
import io.portcullis.telemetry.Tracing;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of every exchange, beside the meters: the access log, a tracing system, a recording of JDK Flight Recorder, and our own
 * recorder for {@code why}. Who is switched off costs a look.
 *
 * @param tracing gives null where nothing is traced
 */
public record Scribes(Supplier<AccessLog> log, Supplier<@Nullable Tracing> tracing, FlightRecorder recorder) {

    /** A flight begins, on its loop. */
    void began(Flight flight) {
        Tracing traced = tracing.get();
        if (traced != null) {
            flight.extras().journey(Journey.begin(traced, flight));
        }
        ExchangeEvent event = ExchangeEvent.begun();
        if (event != null) {
            flight.extras().event(event);
        }
    }

    /** A flight is over, on its loop. */
    void over(Flight flight, Protocol protocol, long totalNanos) {
        recorder.over(flight, totalNanos);
        AccessLog lines = log.get();
        Extras extras = flight.carried();
        if (lines.isOff() && (extras == null || !extras.isWatched())) {
            return;
        }
        AccessRecord record = Entries.of(flight, protocol, totalNanos);
        if (!lines.isOff()) {
            lines.offer(record);
        }
        if (extras != null) {
            extras.over(record, flight.way(), LoopClock.nanos());
        }
    }
}

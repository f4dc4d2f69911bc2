package io.portcullis.telemetry;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one endpoint counts. Safe for any thread: adders.
 *
 * <p>A connection moves {@code connecting → busy ⇄ idle → closed}; each method is one arrow.
 */
public final class EndpointMeters {
    private final LongAdder connecting = new LongAdder();
    private final LongAdder idle = new LongAdder();
    private final LongAdder busy = new LongAdder();
    private final Timer connectDuration;
    private final TaggedCounters connectFailures;
    private final StatusCounters requests;

    EndpointMeters(MeterGroup group) {
        group.gauge(MeterName.ENDPOINT_CONNECTIONS, connecting::sum, "connecting");
        group.gauge(MeterName.ENDPOINT_CONNECTIONS, idle::sum, "idle");
        group.gauge(MeterName.ENDPOINT_CONNECTIONS, busy::sum, "busy");
        connectDuration = group.timer(MeterName.ENDPOINT_CONNECT_DURATION);
        connectFailures = new TaggedCounters(group, MeterName.ENDPOINT_CONNECT_FAILURES);
        requests = new StatusCounters(group, MeterName.ENDPOINT_REQUESTS);
    }

    /** A connect began; {@link #connected} or {@link #connectFailed} is due once. */
    public void connecting() {
        connecting.increment();
    }

    /** The connect succeeded; the connection is busy now. */
    public void connected(long nanos) {
        connecting.decrement();
        busy.increment();
        connectDuration.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** The connect failed; the kind is a failure's word. */
    public void connectFailed(String kind) {
        connecting.decrement();
        connectFailures.increment(kind);
    }

    /** A busy connection went back to its pool. */
    public void idled() {
        busy.decrement();
        idle.increment();
    }

    /** An idle connection was taken from its pool. */
    public void reused() {
        idle.decrement();
        busy.increment();
    }

    /** An idle connection is closed. */
    public void closedIdle() {
        idle.decrement();
    }

    /** A busy connection is closed. */
    public void closedBusy() {
        busy.decrement();
    }

    /** A try at this endpoint is over; 0 where it sent no status. */
    public void finished(int status) {
        requests.increment(status);
    }
}

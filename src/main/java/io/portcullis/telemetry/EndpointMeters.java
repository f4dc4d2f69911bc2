package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

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
    private final TaggedCounters idleClosed;
    private final Counter reusesAvoided;
    private final TaggedCounters ejections;
    private final TaggedCounters checks;
    private final StatusCounters requests;
    private volatile DoubleSupplier keepAlive = () -> 0;
    private volatile DoubleSupplier available = () -> 1;
    private volatile int weight = 1;

    EndpointMeters(MeterGroup group) {
        group.gauge(MeterName.ENDPOINT_CONNECTIONS, connecting::sum, "connecting");
        group.gauge(MeterName.ENDPOINT_CONNECTIONS, idle::sum, "idle");
        group.gauge(MeterName.ENDPOINT_CONNECTIONS, busy::sum, "busy");
        connectDuration = group.timer(MeterName.ENDPOINT_CONNECT_DURATION);
        connectFailures = new TaggedCounters(group, MeterName.ENDPOINT_CONNECT_FAILURES);
        idleClosed = new TaggedCounters(group, MeterName.ENDPOINT_IDLE_CLOSED);
        reusesAvoided = group.counter(MeterName.ENDPOINT_REUSES_AVOIDED);
        group.gauge(MeterName.ENDPOINT_KEEP_ALIVE, () -> keepAlive.getAsDouble());
        ejections = new TaggedCounters(group, MeterName.ENDPOINT_EJECTIONS);
        checks = new TaggedCounters(group, MeterName.ENDPOINT_CHECKS);
        group.gauge(MeterName.ENDPOINT_AVAILABLE, () -> available.getAsDouble());
        group.gauge(MeterName.ENDPOINT_WEIGHT, () -> weight);
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

    /** An idle connection is closed, and why: endpoint, idle_timeout, keep_alive, room, retired. One of the next two is told too. */
    public void closedWhileIdle(String reason) {
        idleClosed.increment(reason);
    }

    /** A request was given no idle connection, because the endpoint is likely to close it. */
    public void reuseAvoided() {
        reusesAvoided.increment();
    }

    /** Where to read how long an idle connection is kept, in seconds; 0 where nothing was learned. */
    public void keepAlive(DoubleSupplier seconds) {
        keepAlive = seconds;
    }

    /** Where to read whether it is asked: 1 or 0. */
    public void available(DoubleSupplier now) {
        available = now;
    }

    /** What it weighs beside the others from now on; 0 while it is drained. */
    public void weight(int now) {
        weight = now;
    }

    /** It is not asked any more; why is a word: failures, failure_ratio, check. */
    public void ejected(String why) {
        ejections.increment(why);
    }

    /** One of its checks is over. */
    public void checked(boolean passed) {
        checks.increment(passed ? "passed" : "failed");
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

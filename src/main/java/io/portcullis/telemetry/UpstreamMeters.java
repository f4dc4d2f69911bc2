package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/** What one upstream counts over all its endpoints. Safe for any thread: adders. */
public final class UpstreamMeters {
    private final LongAdder waiting = new LongAdder();
    private final Timer duration;
    private final Timer firstByte;
    private final TaggedCounters retries;
    private final Counter retriesRefused;
    private final TaggedCounters hedges;
    private final TaggedCounters waits;
    private final Timer waitDuration;
    private final TaggedCounters lookups;
    private volatile IntSupplier unresolved = () -> 0;

    UpstreamMeters(MeterGroup group) {
        duration = group.timer(MeterName.UPSTREAM_DURATION);
        firstByte = group.timer(MeterName.UPSTREAM_FIRST_BYTE);
        retries = new TaggedCounters(group, MeterName.UPSTREAM_RETRIES);
        retriesRefused = group.counter(MeterName.UPSTREAM_RETRIES_REFUSED);
        hedges = new TaggedCounters(group, MeterName.UPSTREAM_HEDGES);
        group.gauge(MeterName.UPSTREAM_WAITING, waiting::sum);
        waits = new TaggedCounters(group, MeterName.UPSTREAM_WAITS);
        waitDuration = group.timer(MeterName.UPSTREAM_WAIT_DURATION);
        lookups = new TaggedCounters(group, MeterName.UPSTREAM_LOOKUPS);
        group.gauge(MeterName.UPSTREAM_UNRESOLVED, () -> unresolved.getAsInt());
    }

    /** A name among the endpoints was asked for; the result is found, none or failed. */
    public void lookedUp(String result) {
        lookups.increment(result);
    }

    /** Where to read how many names among the endpoints nothing is known of. */
    public void unresolved(IntSupplier now) {
        unresolved = now;
    }

    /**
     * A try is over.
     *
     * @param firstByteNanos from sending the head to the response's first byte; negative where none came
     * @param totalNanos from taking or dialling a connection to the response's last byte
     */
    public void finished(long firstByteNanos, long totalNanos) {
        if (firstByteNanos >= 0) {
            firstByte.record(firstByteNanos, TimeUnit.NANOSECONDS);
        }
        duration.record(totalNanos, TimeUnit.NANOSECONDS);
    }

    /** Another try follows; the reason is the kind of the failure before it, or {@code status_503} and the like. */
    public void retried(String reason) {
        retries.increment(reason);
    }

    /** A request was not tried again, because retries are a large share of all tries already. */
    public void retryRefused() {
        retriesRefused.increment();
    }

    /** What became of asking another endpoint as well: won, lost, failed, cancelled; or it was not: refused, nowhere. */
    public void hedged(String outcome) {
        hedges.increment(outcome);
    }

    /** An exchange waits for a free connection; {@link #waitEnded} is due once. */
    public void waitBegan() {
        waiting.increment();
    }

    /** A wait is over; the result is a word such as {@code served}, {@code timeout} or {@code cancelled}. */
    public void waitEnded(String result, long nanos) {
        waiting.decrement();
        waits.increment(result);
        waitDuration.record(nanos, TimeUnit.NANOSECONDS);
    }

    /** An exchange was not let wait because the queue is full. */
    public void waitRefused() {
        waits.increment("refused");
    }
}

package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;

/** What became of spans. Safe for any thread. */
final class SpanMeters {
    private final Counter exported;
    private final Counter failed;
    private final Counter dropped;

    SpanMeters(MeterGroup group) {
        exported = group.counter(MeterName.SPANS, "exported");
        failed = group.counter(MeterName.SPANS, "failed");
        dropped = group.counter(MeterName.SPANS, "dropped");
    }

    /** The collector took them. */
    void exported(int spans) {
        exported.increment(spans);
    }

    /** The collector did not take them. */
    void failed(int spans) {
        failed.increment(spans);
    }

    /** The queue was full. */
    void dropped(int spans) {
        dropped.increment(spans);
    }
}

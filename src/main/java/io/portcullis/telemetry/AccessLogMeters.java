package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;

/** What became of the access log's lines. Safe for any thread: adders. */
final class AccessLogMeters {
    private final Counter written;
    private final Counter dropped;
    private final Counter failed;

    AccessLogMeters(MeterGroup group) {
        written = group.counter(MeterName.ACCESS_LOG_LINES, "written");
        dropped = group.counter(MeterName.ACCESS_LOG_LINES, "dropped");
        failed = group.counter(MeterName.ACCESS_LOG_LINES, "failed");
    }

    void written(long lines) {
        written.increment((double) lines);
    }

    void dropped() {
        dropped.increment();
    }

    void failed(long lines) {
        failed.increment((double) lines);
    }
}

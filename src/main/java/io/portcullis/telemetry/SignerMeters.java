package io.portcullis.telemetry;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;

/** What is counted of one upstream that signs with private keys which are not here. Safe for any thread: adders. */
public final class SignerMeters {
    private final TaggedCounters signatures;
    private final Timer duration;

    SignerMeters(MeterGroup group) {
        signatures = new TaggedCounters(group, MeterName.REMOTE_SIGNATURES);
        duration = group.timer(MeterName.REMOTE_SIGNATURE_DURATION);
    }

    /** A signature came, or did not; the result is a word such as {@code ok} or {@code timeout}. */
    public void signed(String result, long nanos) {
        signatures.increment(result);
        duration.record(nanos, TimeUnit.NANOSECONDS);
    }
}

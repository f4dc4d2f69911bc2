package io.portcullis.telemetry;

import java.util.concurrent.atomic.AtomicLong;

/** What is shown of one certificate that is served. Safe for any thread. */
public final class CertificateMeters {
    private final MeterGroup group;
    private final AtomicLong notAfter = new AtomicLong();
    private final AtomicLong stapleUntil = new AtomicLong();
    private final AtomicLong stapleMissing = new AtomicLong();
    private boolean stapled;
    private boolean demanded;

    CertificateMeters(MeterGroup group) {
        this.group = group;
        group.gauge(MeterName.CERTIFICATE_NOT_AFTER, notAfter::get);
    }

    /** When it expires, in seconds since 1970. */
    public void notAfter(long epochSeconds) {
        notAfter.set(epochSeconds);
    }

    /** Until when its staple is good, in seconds since 1970; 0 for none. Shown from the first call on. */
    public synchronized void staple(long untilEpochSeconds) {
        stapleUntil.set(untilEpochSeconds);
        if (!stapled) {
            stapled = true;
            group.gauge(MeterName.CERTIFICATE_STAPLE, stapleUntil::get);
        }
    }

    /** Whether it lacks a staple that it demands. Shown from the first call on. */
    public synchronized void stapleMissing(boolean missing) {
        stapleMissing.set(missing ? 1 : 0);
        if (!demanded) {
            demanded = true;
            group.gauge(MeterName.CERTIFICATE_STAPLE_MISSING, stapleMissing::get);
        }
    }
}

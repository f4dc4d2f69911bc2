package io.portcullis.tls;

import java.time.Duration;
import java.time.Instant;

/** A checked OCSP answer that says {@code good} of one certificate (RFC 6960 §4.2.1). Immutable. */
public final class Staple {
    /** Dropped this long before its end, so that none is out of date when it arrives. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    private final byte[] der;
    private final Instant thisUpdate;
    private final Instant nextUpdate;

    Staple(byte[] der, Instant thisUpdate, Instant nextUpdate) {
        this.der = der.clone();
        this.thisUpdate = thisUpdate;
        this.nextUpdate = nextUpdate;
    }

    byte[] der() {
        return der.clone();
    }

    /** Since when it is known to be good. */
    public Instant thisUpdate() {
        return thisUpdate;
    }

    /** From when on clients refuse it. */
    public Instant nextUpdate() {
        return nextUpdate;
    }

    boolean isFresh(Instant now) {
        return now.plus(MARGIN).isBefore(nextUpdate);
    }

    @Override
    public String toString() {
        return "Staple[" + thisUpdate + " to " + nextUpdate + "]";
    }
}

package io.portcullis;

import io.portcullis.telemetry.Meters;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.Stapling;
import java.util.Collection;
import java.util.function.Supplier;

/** What TLS needs done in time, whether anybody connects or not. */
record TlsClocks(TicketClock tickets, StapleClock staples) implements AutoCloseable {

    /** @param current what serves TLS now */
    static TlsClocks start(Stapling stapling, Supplier<Collection<CertificateIndex>> current, Meters meters) {
        return new TlsClocks(TicketClock.start(current), StapleClock.start(stapling, current, meters));
    }

    @Override
    public void close() {
        tickets.close();
        staples.close();
    }
}

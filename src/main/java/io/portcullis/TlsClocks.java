package io.portcullis;

import io.portcullis.telemetry.Meters;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.HstsRamps;
import io.portcullis.tls.Stapling;
import java.util.List;
import java.util.function.Supplier;

/**
 * What TLS needs done in time, whether anybody connects or not: ticket keys changed, OCSP staples fetched, taken up and dropped, ramps of HSTS
 * climbed. Each has a clock of its own, so that none waits for another.
 */
record TlsClocks(List<SecondClock> clocks, Stapling stapling, HstsRamps ramps) implements AutoCloseable {

    /** @param current what serves now */
    static TlsClocks start(Assembly assembly, Supplier<Snapshot> current, Meters meters) {
        Stapling stapling = assembly.stapling();
        HstsRamps ramps = assembly.ramps();
        return new TlsClocks(
                List.of(
                        SecondClock.start(
                                "ticket",
                                () -> current.get().certificates().values().forEach(CertificateIndex::renewTicketKeys)),
                        SecondClock.start("staple", () -> {
                            stapling.look(current.get().certificates().values());
                            Books.staples(meters, current.get().certificates().values(), stapling);
                        }),
                        SecondClock.start("hsts", () -> {
                            ramps.look(current.get().config().tls());
                            Books.hsts(meters, current.get().config().tls().values(), ramps);
                        })),
                stapling,
                ramps);
    }

    @Override
    public void close() {
        clocks.forEach(SecondClock::close);
        stapling.close();
        ramps.close();
    }
}

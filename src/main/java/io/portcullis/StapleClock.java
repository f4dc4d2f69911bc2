package io.portcullis;

import io.portcullis.telemetry.Meters;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.Stapling;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that OCSP staples are fetched, taken up and dropped on time: looks once a second. */
final class StapleClock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StapleClock.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Stapling stapling;
    private final Supplier<Collection<CertificateIndex>> current;
    private final Meters meters;
    private final Thread thread;
    private volatile boolean over;

    private StapleClock(Stapling stapling, Supplier<Collection<CertificateIndex>> current, Meters meters) {
        this.stapling = stapling;
        this.current = current;
        this.meters = meters;
        this.thread = Thread.ofVirtual().name("staple-clock").unstarted(this::run);
    }

    /** @param current what serves TLS now */
    static StapleClock start(Stapling stapling, Supplier<Collection<CertificateIndex>> current, Meters meters) {
        StapleClock clock = new StapleClock(stapling, current, meters);
        clock.thread.start();
        return clock;
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
        stapling.close();
    }

    private void run() {
        while (!over) {
            try {
                Collection<CertificateIndex> served = current.get();
                stapling.look(served);
                Books.staples(meters, served, stapling);
            } catch (RuntimeException e) {
                LOG.error("OCSP staples could not be looked after; again in a second", e);
            }
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }
}

package io.portcullis;

import io.portcullis.tls.CertificateIndex;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Sees to it that ticket keys change on time: looks once a second whether a block's next key is due. */
final class TicketClock implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Supplier<Collection<CertificateIndex>> current;
    private final Thread thread;
    private volatile boolean over;

    private TicketClock(Supplier<Collection<CertificateIndex>> current) {
        this.current = current;
        this.thread = Thread.ofVirtual().name("ticket-clock").unstarted(this::run);
    }

    /** @param current what serves TLS now */
    static TicketClock start(Supplier<Collection<CertificateIndex>> current) {
        TicketClock clock = new TicketClock(current);
        clock.thread.start();
        return clock;
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!over) {
            LockSupport.parkNanos(PERIOD.toNanos());
            current.get().forEach(CertificateIndex::renewTicketKeys);
        }
    }
}

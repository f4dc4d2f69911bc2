package io.portcullis;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one thing once a second, on a thread of its own, until it is closed. */
final class SecondClock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecondClock.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final String name;
    private final Runnable task;
    private final Thread thread;
    private volatile boolean over;

    private SecondClock(String name, Runnable task) {
        this.name = name;
        this.task = task;
        this.thread = Thread.ofVirtual().name(name + "-clock").unstarted(this::run);
    }

    /** @param task does not end the clock by throwing */
    static SecondClock start(String name, Runnable task) {
        SecondClock clock = new SecondClock(name, task);
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
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("{}: what is due could not be done; again in a second", name, e);
            }
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }
}

package io.portcullis.upstream;

import io.portcullis.config.AdaptiveConfig;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The requests that wait for one upstream's answers, and how many may: as {@link GradientLimit} finds, from the time to a response's head.
 *
 * <p>A request counts from its try's beginning to its answer's head, or to its end without one. So long downloads, tunnels and clients that
 * read slowly take nothing of the limit. Two loops that look at the same moment may let in one too many; that does no harm. Safe for any
 * thread: atomics, and a lock once in a window.
 */
final class AdaptiveLimit {
    /** Answers without which a window goes on: fewer have no median to speak of. */
    private static final int FEWEST = 25;

    private final AdaptiveConfig config;
    private final Chance chance;
    private final GradientLimit gradient;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicReference<LatencyWindow> window;
    private volatile int limit;
    private volatile double leastNanos;

    AdaptiveLimit(AdaptiveConfig config, Chance chance) {
        this.config = config;
        this.chance = chance;
        this.gradient = new GradientLimit(config);
        this.limit = gradient.limit();
        this.window = new AtomicReference<>(new LatencyWindow(chance.now(), 0));
    }

    AdaptiveConfig config() {
        return config;
    }

    /** Whether another request would be too many. */
    boolean isFull() {
        return running.get() >= limit;
    }

    int limit() {
        return limit;
    }

    /** Requests that wait for an answer now. */
    int running() {
        return running.get();
    }

    /** The least latency that is believed, in nanoseconds; 0 where none is known. */
    double leastNanos() {
        return leastNanos;
    }

    /** A try begins; one of the next two is due once. */
    void began() {
        window.get().running(running.incrementAndGet());
    }

    /** It ended without an answer. That says nothing of how fast answers are. */
    void unanswered() {
        running.decrementAndGet();
    }

    /** It was answered. An error may be quick because nothing was done: its time says nothing. */
    void answered(int status, long nanos) {
        running.decrementAndGet();
        if (status >= 500) {
            return;
        }
        LatencyWindow now = window.get();
        long at = chance.now();
        if (now.add(nanos) >= FEWEST
                && at - now.beganNanos() >= config.window().toNanos()
                && window.compareAndSet(now, new LatencyWindow(at, running.get()))) {
            over(now, at);
        }
    }

    private synchronized void over(LatencyWindow done, long now) {
        gradient.over(done.median(), done.began(), done.most(), now);
        leastNanos = gradient.leastNanos();
        limit = gradient.limit();
    }
}

package io.portcullis.upstream;

import io.portcullis.config.RetryConfig;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many tries there may be beside first ones, so that retries never multiply the load on endpoints that are ill from load: a share of
 * the requests of the second before or of this one, whichever were more, and a few always. Safe for any thread: atomics; a request
 * costs one adder, all else is done where one failed.
 */
final class RetryBudget {
    private static final long SECOND = 1_000_000_000L;

    /**
     * One second.
     *
     * @param before requests of all time when it began
     * @param rate requests of the second before
     * @param spent tries so far
     */
    private record Second(long began, long before, long rate, long spent) {}

    private final RetryConfig config;
    private final Chance chance;
    private final LongAdder requests = new LongAdder();
    private final AtomicReference<Second> second;

    RetryBudget(RetryConfig config, Chance chance) {
        this.config = config;
        this.chance = chance;
        this.second = new AtomicReference<>(new Second(chance.now(), 0, 0, 0));
    }

    void requested() {
        requests.increment();
    }

    /** Takes one try out of it; false where none is left. */
    boolean spend() {
        while (true) {
            Second was = second.get();
            Second now = current(was);
            long rate = Math.max(now.rate, requests.sum() - now.before);
            if (now.spent >= config.budgetMin() + rate * config.budgetPercent() / 100) {
                return false;
            }
            if (second.compareAndSet(was, new Second(now.began, now.before, now.rate, now.spent + 1))) {
                return true;
            }
        }
    }

    private Second current(Second was) {
        long gone = chance.now() - was.began;
        if (gone < SECOND) {
            return was;
        }
        long sum = requests.sum();
        return new Second(was.began + gone, sum, (long) ((sum - was.before) / (gone / (double) SECOND)), 0);
    }
}

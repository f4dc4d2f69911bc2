package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.AdaptiveConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How many requests a backend is given, in virtual time: it works on twenty at once, what is more queues there. */
class AdaptiveLimitTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final int WORKERS = 20;
    private static final int TENTH = WORKERS / 10;

    private record Finish(long at, long began) {}

    private final Random random = new Random(7);
    private final PriorityQueue<Finish> finishes = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private final Queue<Long> queue = new ArrayDeque<>();
    private final List<Long> latencies = new ArrayList<>();
    private long now = 1;
    private long serviceNanos = 50 * MILLI;
    private int status = 200;
    private int workers = WORKERS;
    private boolean hangs;
    private int refused;
    private int lowest = Integer.MAX_VALUE;
    private AdaptiveLimit limit = made(10, 50, 1000);

    private AdaptiveLimit made(int min, int initial, int max) {
        return new AdaptiveLimit(
                new AdaptiveConfig(min, initial, max, 150, Duration.ofMillis(100), Duration.ofMinutes(1)),
                new Chance(() -> now, random::nextInt));
    }

    private void run(long seconds, int perSecond) {
        latencies.clear();
        refused = 0;
        lowest = limit.limit();
        for (long i = 0; i < seconds * perSecond; i++) {
            long next = now + SECOND / perSecond;
            finishUntil(next);
            now = next;
            if (limit.isFull()) {
                refused++;
                continue;
            }
            limit.began();
            if (!hangs && finishes.size() < workers) {
                work(now);
            } else {
                queue.add(now);
            }
        }
    }

    private void work(long began) {
        double part = 0.5 - Math.log(1 - random.nextDouble()) / 2;
        finishes.add(new Finish(now + (long) (part * serviceNanos), began));
    }

    private void finishUntil(long until) {
        while (!finishes.isEmpty() && finishes.peek().at <= until) {
            Finish finish = finishes.remove();
            now = finish.at;
            latencies.add(now - finish.began);
            limit.answered(status, now - finish.began);
            lowest = Math.min(lowest, limit.limit());
            if (!hangs && finishes.size() < workers && !queue.isEmpty()) {
                work(queue.remove());
            }
        }
    }

    private void heals() {
        hangs = false;
        workers = WORKERS;
        while (finishes.size() < workers && !queue.isEmpty()) {
            work(queue.remove());
        }
    }

    private long medianMillis() {
        return latencies.stream().sorted().toList().get(latencies.size() / 2) / MILLI;
    }

    private long worstMillis() {
        return latencies.stream().mapToLong(Long::longValue).max().orElseThrow() / MILLI;
    }

    @Test
    void whereABackendKeepsUpNobodyIsEverTurnedAway() {
        run(600, 200);
        assertThat(refused).isZero();
        assertThat(limit.leastNanos()).isBetween(30.0 * MILLI, 55.0 * MILLI);
    }

    /** Capacity is 20 workers / 50 ms = 400 a second; the queue that the limit leaves is about half a service time. */
    @Test
    void whatIsTooMuchIsTurnedAwayAndTheRestIsServedAboutAsFastAsEver() {
        run(10, 200);
        run(30, 800);
        assertThat(medianMillis()).as("the median of what was served").isLessThan(100);
        assertThat(latencies.size()).as("of the 12000 that it can serve").isGreaterThan(11_000);
        assertThat(refused).isBetween(11_000, 13_200);
        assertThat(limit.limit()).isBetween(15, 60);
    }

    @Test
    void withoutALimitTheSameLoadQueuesWithoutEnd() {
        limit = made(100_000, 100_000, 1_000_000);
        run(10, 200);
        run(30, 800);
        assertThat(medianMillis()).isGreaterThan(5_000);
    }

    @Test
    void afterTheRushItIsAsBefore() {
        run(10, 200);
        run(30, 800);
        run(5, 200);
        run(60, 300);
        assertThat(refused).isZero();
        assertThat(medianMillis()).isLessThan(60);
    }

    /** Needed: 60 a second × 200 ms = 12 at once; the minimum of 10 is less. */
    @Test
    void whereABackendHasBecomeSlowerForGoodTheLeastLatencyIsMeasuredAnew() {
        run(10, 200);
        serviceNanos = 200 * MILLI;
        run(30, 60);
        assertThat(refused).as("while it is believed to be overloaded").isPositive();
        assertThat(limit.limit()).isLessThan(20);
        run(50, 60);
        assertThat(limit.leastNanos()).isBetween(120.0 * MILLI, 230.0 * MILLI);
        run(60, 60);
        assertThat(refused).as("once its speed is known").isZero();
    }

    @Test
    void overloadThatDoesNotEndIsNotMistakenForSlowness() {
        run(10, 200);
        run(600, 800);
        assertThat(limit.leastNanos()).isLessThan(60.0 * MILLI);
        assertThat(medianMillis()).isLessThan(100);
        assertThat(latencies.size()).isGreaterThan(600 * 370);
    }

    @Test
    void aBackendThatHangsGetsNoMoreThanTheLimitAndIsServedAgainWhenItIsBack() {
        run(10, 200);
        hangs = true;
        run(10, 200);
        assertThat(limit.running()).isLessThanOrEqualTo(limit.limit());
        assertThat(refused).isGreaterThan(1900 - limit.limit());
        heals();
        run(10, 200);
        run(10, 200);
        assertThat(refused).isZero();
        assertThat(medianMillis()).isLessThan(60);
    }

    /**
     * 18 of 20 workers are gone: 40 a second in place of 400, and 200 a second come. Whoever was let in before the limit fell waits for the limit
     * of that moment ÷ 40 a second at most; afterwards √ of what the backend bears is all that waits: 3 + √3 there, of which 2 are worked on.
     * At 40 a second a window with 25 answers takes 0.6 s, so that it is down after some seconds.
     */
    @Test
    void whereCapacityFallsToATenthTheLimitFollowsItDownAndUpAgain() {
        limit = made(2, 50, 1000);
        run(10, 200);
        assertThat(refused).isZero();
        int before = limit.limit();
        workers = TENTH;
        run(10, 200);
        assertThat(worstMillis()).as("while it falls").isLessThan(1000L * (before + 1) / 40 + 500);
        run(300, 200);
        assertThat(limit.limit()).isBetween(2, 8);
        assertThat(lowest).as("the floor").isGreaterThanOrEqualTo(2);
        assertThat(medianMillis()).isLessThan(200);
        assertThat(worstMillis()).isLessThan(1000);
        assertThat(latencies.size()).as("of the 12000 that it can serve").isGreaterThan(11_000);
        heals();
        run(5, 200);
        run(60, 200);
        assertThat(refused).as("5 s after it is back").isZero();
        assertThat(limit.limit()).isGreaterThan(15);
        assertThat(medianMillis()).isLessThan(60);
    }

    /**
     * The floor of 10 is more than the 3 that a tenth of the backend bears: what is let in waits, but for no longer than some multiple of
     * 10 ÷ 40 a second, however long it takes, and however often the least latency is measured anew with 10 under way.
     */
    @Test
    void aFloorThatIsTooHighBoundsLatencyAllTheSame() {
        run(10, 200);
        workers = TENTH;
        run(20, 200);
        for (int minutes = 0; minutes < 10; minutes++) {
            run(60, 200);
            assertThat(lowest).isGreaterThanOrEqualTo(10);
            assertThat(limit.limit()).isLessThan(30);
            assertThat(worstMillis()).isLessThan(1500);
            assertThat(latencies.size()).as("of the 2400 that it can serve").isGreaterThan(2200);
        }
        heals();
        run(10, 200);
        run(60, 200);
        assertThat(refused).isZero();
        assertThat(medianMillis()).isLessThan(60);
        assertThat(limit.leastNanos()).isLessThan(60.0 * MILLI);
    }

    @Test
    void errorsTellNothingHoweverQuickTheyAre() {
        run(10, 200);
        double least = limit.leastNanos();
        int before = limit.limit();
        status = 503;
        serviceNanos = MILLI;
        run(10, 200);
        assertThat(limit.leastNanos()).isEqualTo(least);
        assertThat(limit.limit()).isEqualTo(before);
    }

    @Test
    void whatEndsWithoutAnAnswerGivesItsPlaceBackAndTellsNothing() {
        for (int i = 0; i < 50; i++) {
            limit.began();
        }
        assertThat(limit.isFull()).isTrue();
        limit.unanswered();
        assertThat(limit.isFull()).isFalse();
        now += 10 * SECOND;
        assertThat(limit.leastNanos()).isZero();
        assertThat(limit.limit()).isEqualTo(50);
    }

    @Test
    void whatNeverEndsDoesNotKeepTheLeastLatencyFromBeingMeasured() {
        AdaptiveConfig config = new AdaptiveConfig(10, 100, 1000, 150, Duration.ofMillis(100), Duration.ofMinutes(1));
        GradientLimit gradient = new GradientLimit(config);
        gradient.over(50.0 * MILLI, 60, 60, SECOND);
        gradient.over(500.0 * MILLI, 60, 60, 2 * SECOND);
        assertThat(gradient.isMeasuring()).isFalse();
        int before = gradient.limit();
        gradient.over(500.0 * MILLI, 60, 60, 62 * SECOND);
        assertThat(gradient.isMeasuring()).isTrue();
        assertThat(gradient.limit()).isEqualTo(10);
        for (int i = 0; i < 20; i++) {
            gradient.over(300.0 * MILLI, 60, 60, (63 + i) * SECOND);
        }
        assertThat(gradient.isMeasuring()).isFalse();
        assertThat(gradient.leastNanos()).isEqualTo(300.0 * MILLI);
        assertThat(gradient.limit()).isEqualTo(before).isGreaterThan(10);
    }

    @Test
    void aSlowMomentAfterAnHourWithoutRequestsIsNoReasonToMeasure() {
        AdaptiveConfig config = new AdaptiveConfig(10, 100, 1000, 150, Duration.ofMillis(100), Duration.ofMinutes(1));
        GradientLimit gradient = new GradientLimit(config);
        gradient.over(50.0 * MILLI, 60, 60, SECOND);
        gradient.over(500.0 * MILLI, 60, 60, 3600 * SECOND);
        assertThat(gradient.isMeasuring()).isFalse();
        gradient.over(50.0 * MILLI, 60, 60, 3601 * SECOND);
        gradient.over(500.0 * MILLI, 60, 60, 7200 * SECOND);
        assertThat(gradient.isMeasuring()).isFalse();
        assertThat(gradient.leastNanos()).isEqualTo(50.0 * MILLI);
    }

    @Test
    void aMedianIsRightToThreePercent() {
        for (long nanos : new long[] {1_500, 37_000, 999_999, 12_345_678, 3_000_000_000L}) {
            LatencyWindow window = new LatencyWindow(0, 0);
            window.add(nanos / 4);
            window.add(nanos);
            window.add(nanos * 4);
            assertThat(window.median()).isBetween(nanos * 0.969, nanos * 1.032);
        }
        assertThat(new LatencyWindow(0, 0).median()).isZero();
    }
}

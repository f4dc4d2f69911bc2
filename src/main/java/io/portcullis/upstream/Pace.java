package io.portcullis.upstream;

import io.portcullis.config.HealthConfig;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * How fast one endpoint answers, beside the others of its upstream: the mean time to a response's head in windows that all endpoints share
 * by the clock. Safe for any thread: a value, swapped by compare-and-set, and adders.
 */
final class Pace {
    /** Fast ones differ by chance: this much is never too much. */
    private static final double FLOOR_NANOS = 10e6;

    private record Window(long number, LongAdder count, LongAdder nanos) {
        Window(long number) {
            this(number, new LongAdder(), new LongAdder());
        }
    }

    private record Windows(Window current, Window before) {}

    private final HealthConfig.Ejection config;
    private final AtomicReference<Windows> windows = new AtomicReference<>(new Windows(new Window(-1), new Window(-2)));

    Pace(HealthConfig.Ejection config) {
        this.config = config;
    }

    /** An answer came; true for the first one of a window, where the window before can be judged. */
    boolean answered(long tookNanos, long nowNanos) {
        if (config.slowFactor() == 0) {
            return false;
        }
        long number = Math.floorDiv(nowNanos, config.window().toNanos());
        Windows was = windows.get();
        boolean first = was.current().number() < number
                && windows.compareAndSet(was, new Windows(new Window(number), was.current()));
        Window now = windows.get().current();
        now.count().increment();
        now.nanos().add(tookNanos);
        return first;
    }

    /** Whether this one was slower, in the window before the one of now, than {@code factor} times the median of all. */
    boolean isSlow(List<Member> all) {
        long judged = windows.get().before().number();
        double own = mean(judged);
        double[] means = all.stream()
                .mapToDouble(member -> member.health().pace().mean(judged))
                .filter(mean -> mean > 0)
                .toArray();
        if (own == 0 || means.length < 2) {
            return false;
        }
        Arrays.sort(means);
        double median = means[(means.length - 1) / 2];
        return own > median * config.slowFactor() && own - median > FLOOR_NANOS;
    }

    /** Of that window; 0 where too few answers came in it, or it is forgotten. */
    private double mean(long number) {
        Windows seen = windows.get();
        Window wanted = seen.current().number() == number ? seen.current() : seen.before();
        long count = wanted.count().sum();
        return wanted.number() != number || count < config.minRequests()
                ? 0
                : (double) wanted.nanos().sum() / count;
    }
}

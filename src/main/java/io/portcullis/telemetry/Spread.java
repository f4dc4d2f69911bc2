package io.portcullis.telemetry;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How durations are spread over the buckets of a histogram. Immutable. */
public final class Spread {
    /** No durations. */
    public static final Spread NONE = new Spread(0, 0, new long[MeterGroup.BUCKETS.size()]);

    private final long count;
    private final double seconds;
    /** How many took at most the bucket's bound. */
    private final long[] upTo;

    private Spread(long count, double seconds, long[] upTo) {
        this.count = count;
        this.seconds = seconds;
        this.upTo = upTo;
    }

    static Spread of(Timer timer) {
        long[] upTo = new long[MeterGroup.BUCKETS.size()];
        for (CountAtBucket bucket : timer.takeSnapshot().histogramCounts()) {
            int index = MeterGroup.BUCKETS.indexOf(Duration.ofNanos((long) bucket.bucket(TimeUnit.NANOSECONDS)));
            if (index >= 0) {
                upTo[index] = (long) bucket.count();
            }
        }
        return new Spread(timer.count(), timer.totalTime(TimeUnit.SECONDS), upTo);
    }

    /** How many there were. */
    public long count() {
        return count;
    }

    /** Their mean, in milliseconds; 0 where there were none. */
    public double meanMillis() {
        return count == 0 ? 0 : 1000 * seconds / count;
    }

    Spread plus(Spread other) {
        long[] sums = Arrays.copyOf(upTo, upTo.length);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.upTo[i];
        }
        return new Spread(count + other.count, seconds + other.seconds, sums);
    }

    /** What came after {@code earlier}, a spread of the same meters; at least nothing, also where a reload removed series. */
    public Spread since(Spread earlier) {
        long[] more = new long[upTo.length];
        for (int i = 0; i < more.length; i++) {
            more[i] = Math.max(0, upTo[i] - earlier.upTo[i]);
        }
        return new Spread(Math.max(0, count - earlier.count), Math.max(0, seconds - earlier.seconds), more);
    }

    /**
     * About how long the share {@code quantile} (0 to 1) took at most, in milliseconds: straight between the bounds of the bucket that
     * it falls into. At most the highest bound; 0 where there were none.
     */
    public double millis(double quantile) {
        List<Duration> bounds = MeterGroup.BUCKETS;
        double rank = quantile * count;
        for (int i = 0; i < upTo.length; i++) {
            if (count > 0 && upTo[i] >= rank) {
                long below = i == 0 ? 0 : upTo[i - 1];
                double from = i == 0 ? 0 : bounds.get(i - 1).toNanos() / 1e6;
                double share = upTo[i] == below ? 1 : (rank - below) / (upTo[i] - below);
                return from + share * (bounds.get(i).toNanos() / 1e6 - from);
            }
        }
        return count == 0 ? 0 : bounds.getLast().toMillis();
    }
}

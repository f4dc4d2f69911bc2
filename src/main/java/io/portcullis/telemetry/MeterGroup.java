package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.noop.NoopCounter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The meters of one thing (a route, an endpoint …), which come and go together. Safe for any thread, by a lock: registering is
 * rare, counting goes straight to the meter.
 */
final class MeterGroup {
    /** Upper bounds of a histogram's buckets. */
    static final List<Duration> BUCKETS = List.of(
            Duration.ofMillis(1),
            Duration.ofMillis(2),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2500),
            Duration.ofSeconds(10));

    private final MeterRegistry registry;
    private final List<String> values;
    private final List<Meter> meters = new ArrayList<>();
    private boolean removed;

    /**
     * @param values the values of every meter's first tags, in the order of {@link MeterName#tags()}
     */
    MeterGroup(MeterRegistry registry, String... values) {
        this.registry = registry;
        this.values = List.of(values);
    }

    /** The counter; one that counts for nobody where the group was removed. */
    synchronized Counter counter(MeterName name, String... more) {
        if (removed) {
            return new NoopCounter(new Meter.Id(name.id(), Tags.empty(), null, null, Meter.Type.COUNTER));
        }
        return added(Counter.builder(name.id())
                .description(name.meaning())
                .tags(tags(name, more))
                .register(registry));
    }

    synchronized Timer timer(MeterName name, String... more) {
        Timer.Builder timer =
                Timer.builder(name.id()).description(name.meaning()).tags(tags(name, more));
        if (name.kind() == MeterName.Kind.HISTOGRAM) {
            timer.serviceLevelObjectives(BUCKETS.toArray(new Duration[0]));
        }
        return added(timer.register(registry));
    }

    /** Reads {@code value} at each scrape, on the scraping thread. */
    synchronized void gauge(MeterName name, Supplier<Number> value, String... more) {
        added(Gauge.builder(name.id(), value)
                .description(name.meaning())
                .tags(tags(name, more))
                .register(registry));
    }

    /** Takes every meter out of the registry; those who still hold one count for nobody. */
    synchronized void remove() {
        removed = true;
        meters.forEach(registry::remove);
        meters.clear();
    }

    private <M extends Meter> M added(M meter) {
        meters.add(meter);
        return meter;
    }

    private List<Tag> tags(MeterName name, String... more) {
        List<String> keys = name.tags();
        if (keys.size() != values.size() + more.length) {
            throw new IllegalArgumentException(
                    "tags of " + name + ": " + (values.size() + more.length) + " (expected: " + keys.size() + ")");
        }
        List<Tag> tags = new ArrayList<>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            tags.add(Tag.of(keys.get(i), i < values.size() ? values.get(i) : more[i - values.size()]));
        }
        return tags;
    }
}

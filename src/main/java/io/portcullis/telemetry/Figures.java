package io.portcullis.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What the meters say at about one moment, for a page that shows it. Walks the registry once: not for an event loop. */
public final class Figures {
    /** One counter or gauge. */
    public record Figure(Map<String, String> tags, double value) {
        /** A tag's value; empty where it has none of that name. */
        public String tag(String name) {
            return tags.getOrDefault(name, "");
        }
    }

    private final Map<String, List<Meter>> meters = new HashMap<>();

    Figures(MeterRegistry registry) {
        for (Meter meter : registry.getMeters()) {
            meters.computeIfAbsent(meter.getId().getName(), name -> new ArrayList<>())
                    .add(meter);
        }
    }

    /** Every series of a counter or gauge. */
    public List<Figure> each(MeterName name) {
        return each(name.id());
    }

    /** The sum of the series that fit. */
    public double sum(MeterName name, Predicate<Figure> which) {
        return each(name).stream().filter(which).mapToDouble(Figure::value).sum();
    }

    /** The sum of all series. */
    public double sum(MeterName name) {
        return sum(name, figure -> true);
    }

    /** The sum of a gauge of the JVM or the system, by Micrometer's own name; series without a value (NaN) count for nothing. */
    public double other(String name, Predicate<Figure> which) {
        return each(name).stream()
                .filter(which)
                .mapToDouble(Figure::value)
                .filter(value -> !Double.isNaN(value))
                .sum();
    }

    /** All durations of a timer together. */
    public Spread spread(MeterName name) {
        return spreads(name, "").values().stream().reduce(Spread.NONE, Spread::plus);
    }

    /** The durations of a timer for each value of {@code tag}. */
    public Map<String, Spread> spreads(MeterName name, String tag) {
        Map<String, Spread> spreads = new LinkedHashMap<>();
        for (Meter meter : meters.getOrDefault(name.id(), List.of())) {
            if (meter instanceof Timer timer) {
                String value = meter.getId().getTag(tag);
                spreads.merge(value == null ? "" : value, Spread.of(timer), Spread::plus);
            }
        }
        return spreads;
    }

    private List<Figure> each(String name) {
        return meters.getOrDefault(name, List.of()).stream()
                .map(meter -> new Figure(tags(meter), value(meter)))
                .toList();
    }

    private static Map<String, String> tags(Meter meter) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (Tag tag : meter.getId().getTagsAsIterable()) {
            tags.put(tag.getKey(), tag.getValue());
        }
        return tags;
    }

    private static double value(Meter meter) {
        double value = 0;
        for (var measurement : meter.measure()) {
            Statistic what = measurement.getStatistic();
            if (what == Statistic.COUNT || what == Statistic.VALUE) {
                value = measurement.getValue();
            }
        }
        return value;
    }
}

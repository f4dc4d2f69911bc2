package io.portcullis.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The meters of all things of one kind, each under its name, so that a reload goes on counting where it was. Safe for any thread. */
final class MeterFamily<M> {
    /** @param holders how many {@link #held} it; those that only asked do not count */
    private record Member<M>(MeterGroup group, M meters, int holders) {}

    private final MeterRegistry registry;
    private final Function<MeterGroup, M> maker;
    private final ConcurrentHashMap<List<String>, Member<M>> members = new ConcurrentHashMap<>();

    MeterFamily(MeterRegistry registry, Function<MeterGroup, M> maker) {
        this.registry = registry;
        this.maker = maker;
    }

    /** The meters of this name, registered with the first call. */
    M of(String... name) {
        return members.computeIfAbsent(List.of(name), key -> made(name, 0)).meters;
    }

    /** The same, kept until {@link #givenBack} was called as often as this. */
    M held(String... name) {
        return members.compute(
                        List.of(name),
                        (key, was) ->
                                was == null ? made(name, 1) : new Member<>(was.group, was.meters, was.holders + 1))
                .meters;
    }

    /** One holder less; with the last one the series go. */
    void givenBack(String... name) {
        members.computeIfPresent(List.of(name), (key, was) -> {
            if (was.holders > 1) {
                return new Member<>(was.group, was.meters, was.holders - 1);
            }
            was.group.remove();
            return null;
        });
    }

    private Member<M> made(String[] name, int holders) {
        MeterGroup group = new MeterGroup(registry, name);
        return new Member<>(group, maker.apply(group), holders);
    }

    /** Removes the series of every name that is not kept. */
    void retain(Predicate<List<String>> kept) {
        members.forEach((name, member) -> {
            if (!kept.test(name) && members.remove(name, member)) {
                member.group.remove();
            }
        });
    }
}

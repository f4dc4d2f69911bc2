package io.portcullis.telemetry;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The meters of all things of one kind, each under its name, so that a reload goes on counting where it was. Safe for any thread. */
final class MeterFamily<M> {
    private record Member<M>(MeterGroup group, M meters) {}

    private final MeterRegistry registry;
    private final Function<MeterGroup, M> maker;
    private final ConcurrentHashMap<List<String>, Member<M>> members = new ConcurrentHashMap<>();

    MeterFamily(MeterRegistry registry, Function<MeterGroup, M> maker) {
        this.registry = registry;
        this.maker = maker;
    }

    /** The meters of this name, registered with the first call. */
    M of(String... name) {
        return members.computeIfAbsent(List.of(name), key -> {
                    MeterGroup group = new MeterGroup(registry, name);
                    return new Member<>(group, maker.apply(group));
                })
                .meters;
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

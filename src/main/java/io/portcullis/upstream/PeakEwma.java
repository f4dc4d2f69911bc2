package io.portcullis.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Of two at random, by weight, the one that is likely to answer sooner: by its {@link Load#cost} for its weight. */
final class PeakEwma implements Balancer {
    private final Group group;
    private final Chance chance;

    PeakEwma(Group group, Chance chance) {
        this.group = group;
        this.chance = chance;
    }

    @Override
    public @Nullable Member pick(List<Member> tried, long key) {
        Member first = group.anyone(tried);
        if (first == null) {
            return null;
        }
        Member second = group.other(first, tried);
        long now = chance.now();
        double firstCost = first.load().cost(now) * second.weight();
        double secondCost = second.load().cost(now) * first.weight();
        return secondCost < firstCost ? second : first;
    }
}

package io.portcullis.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of two at random, by weight, the one with fewer running exchanges for its weight. Two are enough: the fullest of n is then only
 * about log log n above the mean, and unlike with the least of all, loops that choose at the same time do not all choose the same.
 */
final class LeastRequests implements Balancer {
    private final Group group;

    LeastRequests(Group group) {
        this.group = group;
    }

    @Override
    public @Nullable Member pick(List<Member> tried, long key) {
        Member first = group.anyone(tried);
        if (first == null) {
            return null;
        }
        Member second = group.other(first, tried);
        long firstLoad = (long) first.load().running() * second.weight();
        long secondLoad = (long) second.load().running() * first.weight();
        return secondLoad < firstLoad ? second : first;
    }
}

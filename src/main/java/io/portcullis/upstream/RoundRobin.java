package io.portcullis.upstream;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Each in turn, by weight. A turn that falls on one that may not be asked goes to anyone, not to its neighbour, who would get twice
 * as much as the others. Another try takes no turn: with two of which one is down, every exchange would begin with that one.
 */
final class RoundRobin implements Balancer {
    private final Group group;
    private final AtomicInteger turn = new AtomicInteger();

    RoundRobin(Group group) {
        this.group = group;
    }

    @Override
    public @Nullable Member pick(List<Member> tried, long key) {
        if (tried.isEmpty() && group.size() > 0) {
            Member next = group.turn(turn.getAndIncrement());
            int share = group.share(next, tried);
            if (share > 0 && group.chance(share / next.weight())) {
                return next;
            }
        }
        return group.anyone(tried);
    }
}

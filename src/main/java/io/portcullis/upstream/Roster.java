package io.portcullis.upstream;

import io.portcullis.config.BalanceConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked, and when backups are. Safe for any thread.
 *
 * <pre>
 * 1  those that serve, where one is available
 * 2  backups, where one is available: those of the lowest number first
 * 3  panic: too few of those that serve are available, and no backup: all of them, as if they were well
 * </pre>
 */
final class Roster {
    private final BalanceConfig config;
    private final Rank[] ranks;

    /** Members that stand for one another; the next rank for them all. */
    private record Rank(Group group, Balancer well, Balancer panic) {}

    Roster(BalanceConfig config, List<Member> members, Chance chance) {
        this.config = config;
        ranks = members.stream()
                .map(Member::backup)
                .distinct()
                .sorted()
                .map(number ->
                        members.stream().filter(m -> m.backup() == number).toList())
                .map(rank -> rank(rank, chance))
                .toArray(Rank[]::new);
    }

    private Rank rank(List<Member> members, Chance chance) {
        Group group = new Group(members, false, chance);
        Group all = new Group(members, true, chance);
        return new Rank(group, Balancer.of(config, group, chance), Balancer.of(config, all, chance));
    }

    /** The next candidate; null where all that may be asked were tried. */
    @Nullable
    Member pick(List<Member> tried, long key) {
        boolean panic = isPanic();
        for (Rank rank : ranks) {
            Member next = (panic ? rank.panic : rank.well).pick(tried, key);
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** Whether too few are available to be asked alone. */
    boolean isPanic() {
        if (ranks.length == 0) {
            return false;
        }
        Group serving = ranks[0].group;
        int open = serving.open(List.of());
        return open < serving.size() && open * 100 < serving.size() * config.panicPercent() && !isBackupOpen();
    }

    private boolean isBackupOpen() {
        for (int i = 1; i < ranks.length; i++) {
            if (ranks[i].group.open(List.of()) > 0) {
                return true;
            }
        }
        return false;
    }
}

package io.portcullis.upstream;

import io.portcullis.config.BalanceConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked, and when backups are. Safe for any thread.
 *
 * <pre>
 * 1  those that serve, where one is available
 * 2  backups, where one is available
 * 3  panic: too few of those that serve are available, and no backup: all of them, as if they were well
 * </pre>
 */
final class Roster {
    private final BalanceConfig config;
    private final Group serving;
    private final Group backups;
    private final Balancer first;
    private final Balancer second;
    private final Balancer panic;
    private final Balancer lastResort;

    Roster(BalanceConfig config, List<Member> members, Chance chance) {
        List<Member> own = members.stream().filter(m -> !m.isBackup()).toList();
        List<Member> spare = members.stream().filter(Member::isBackup).toList();
        this.config = config;
        serving = new Group(own, false, chance);
        backups = new Group(spare, false, chance);
        first = Balancer.of(config, serving, chance);
        second = Balancer.of(config, backups, chance);
        panic = Balancer.of(config, new Group(own, true, chance), chance);
        lastResort = Balancer.of(config, new Group(spare, true, chance), chance);
    }

    /** The next candidate; null where all that may be asked were tried. */
    @Nullable
    Member pick(List<Member> tried, long key) {
        if (isPanic()) {
            Member any = panic.pick(tried, key);
            return any != null ? any : lastResort.pick(tried, key);
        }
        Member own = first.pick(tried, key);
        return own != null ? own : second.pick(tried, key);
    }

    /** Whether too few are available to be asked alone. */
    boolean isPanic() {
        int open = serving.open(List.of());
        return open < serving.size()
                && open * 100 < serving.size() * config.panicPercent()
                && backups.open(List.of()) == 0;
    }
}

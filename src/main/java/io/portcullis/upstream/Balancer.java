package io.portcullis.upstream;

import io.portcullis.config.BalanceConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chooses among the members of one {@link Group}. Safe for any thread; allocates nothing. */
sealed interface Balancer permits RoundRobin, LeastRequests, PeakEwma, AnyMember, KeyHash {
    /** The key of a request that has none. */
    long NO_KEY = 0;

    /**
     * The next candidate; asked again with it in {@code tried}, the one after it.
     *
     * @param key what {@link RequestKey} made of the request
     * @return null where every open member was tried
     */
    @Nullable
    Member pick(List<Member> tried, long key);

    static Balancer of(BalanceConfig config, Group group, Chance chance) {
        return switch (config.policy()) {
            case ROUND_ROBIN -> new RoundRobin(group);
            case LEAST_REQUESTS -> new LeastRequests(group);
            case PEAK_EWMA -> new PeakEwma(group, chance);
            case RANDOM -> new AnyMember(group);
            case HASH -> new KeyHash(group, config.mostLoadPercent());
        };
    }
}

package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.BalanceConfig.Policy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who gets how much, in virtual time. */
class BalancingTest {
    private static final int MANY = 30_000;

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static double part(Map<String, Integer> shares, int port) {
        double all = shares.values().stream().mapToInt(Integer::intValue).sum();
        return shares.getOrDefault(Integer.toString(port), 0) / all;
    }

    private static Member picked(Upstream upstream, long key) {
        return Objects.requireNonNull(upstream.pick(List.of(), key));
    }

    private Upstream threeOfWhichOneIsTenTimesSlower(Policy policy) {
        return bench.backend(1, 1, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 1, false, 100)
                .upstream(Bench.by(policy));
    }

    private Upstream threeToOne(Policy policy) {
        return bench.backend(1, 3, false, 10).backend(2, 1, false, 10).upstream(Bench.by(policy));
    }

    @Test
    void roundRobinGoesByWeightAndSpreadsTheTurns() {
        Upstream upstream = bench.backend(1, 5, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 1, false, 10)
                .upstream(Bench.by(Policy.ROUND_ROBIN));
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 14; i++) {
            Member member = picked(upstream, Balancer.NO_KEY);
            order.append(Bench.port(member));
        }
        assertThat(order).hasToString("11213111121311");
    }

    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "RANDOM", "LEAST_REQUESTS", "PEAK_EWMA"})
    void equalBackendsGetWhatTheyWeigh(Policy policy) {
        Map<String, Integer> shares = bench.run(threeToOne(policy), MANY, 400);
        assertThat(part(shares, 1)).isBetween(0.70, 0.80);
    }

    @Test
    void roundRobinGivesASlowBackendAsMuchAsTheOthers() {
        Map<String, Integer> shares = bench.run(threeOfWhichOneIsTenTimesSlower(Policy.ROUND_ROBIN), MANY, 600);
        assertThat(part(shares, 3)).isBetween(0.333, 0.334);
        assertThat(bench.worstMillis()).as("it cannot keep up").isGreaterThan(5_000);
    }

    @ParameterizedTest
    @EnumSource(names = {"LEAST_REQUESTS", "PEAK_EWMA"})
    void aBackendTenTimesSlowerGetsWhatItCanDo(Policy policy) {
        Map<String, Integer> shares = bench.run(threeOfWhichOneIsTenTimesSlower(policy), MANY, 600);
        assertThat(part(shares, 3)).isBetween(0.005, 0.134);
        assertThat(part(shares, 1)).isCloseTo(part(shares, 2), org.assertj.core.api.Assertions.within(0.05));
        assertThat(bench.worstMillis()).isLessThan(600);
    }

    @Test
    void peakEwmaAsksASlowBackendLessThanLeastRequestsDoes() {
        Map<String, Integer> least = bench.run(threeOfWhichOneIsTenTimesSlower(Policy.LEAST_REQUESTS), MANY, 200);
        try (Bench other = new Bench()) {
            Upstream ewma = other.backend(1, 1, false, 10)
                    .backend(2, 1, false, 10)
                    .backend(3, 1, false, 100)
                    .upstream(Bench.by(Policy.PEAK_EWMA));
            assertThat(part(other.run(ewma, MANY, 200), 3)).isLessThan(part(least, 3) / 2);
        }
    }

    @Test
    void aHashGivesEveryKeyItsEndpointAndEveryEndpointItsKeys() {
        Upstream upstream = threeToOne(Policy.HASH);
        Map<Long, String> homes = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        for (long i = 1; i <= 4000; i++) {
            Member member = picked(upstream, RequestKey.hash("user-" + i));
            homes.put(i, Bench.port(member));
            counts.merge(Bench.port(member), 1, Integer::sum);
        }
        assertThat(part(counts, 1)).isBetween(0.72, 0.78);
        for (long i = 1; i <= 4000; i++) {
            Member again = picked(upstream, RequestKey.hash("user-" + i));
            assertThat(Bench.port(again)).isEqualTo(homes.get(i));
        }
    }

    @Test
    void anEndpointThatGoesTakesOnlyItsOwnKeysWithIt() {
        Upstream upstream = bench.backend(1, 1, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 1, false, 10)
                .upstream(Bench.by(Policy.HASH));
        Member gone = upstream.members().get(1);
        int moved = 0;
        for (int i = 0; i < 3000; i++) {
            long key = RequestKey.hash("user-" + i);
            Member before = upstream.pick(List.of(), key);
            Member after = upstream.pick(List.of(gone), key);
            assertThat(after).isNotNull().isNotSameAs(gone);
            if (before != gone) {
                assertThat(after).isSameAs(before);
            } else {
                moved++;
            }
        }
        assertThat(moved).isBetween(900, 1100);
    }

    @Test
    void aKeyThatEveryoneAsksForIsSharedOutBeyondTheBound() {
        Upstream upstream = bench.backend(1, 1, false, 50)
                .backend(2, 1, false, 50)
                .backend(3, 1, false, 50)
                .workers(1000)
                .upstream(Bench.by(Policy.HASH));
        Map<String, Integer> shares = bench.run(upstream, MANY, 2000, i -> RequestKey.hash("the one"));
        assertThat(shares.values()).hasSize(3).allSatisfy(count -> assertThat((double) count / MANY)
                .isLessThan(0.45));
    }

    @ParameterizedTest
    @EnumSource
    void whoeverWasTriedIsNotAskedAgain(Policy policy) {
        Upstream upstream = bench.backend(1, 3, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 1, true, 10)
                .upstream(Bench.by(policy));
        List<Member> tried = new ArrayList<>();
        for (Member next = upstream.pick(tried, 7); next != null; next = upstream.pick(tried, 7)) {
            tried.add(next);
        }
        assertThat(tried).containsExactlyInAnyOrderElementsOf(upstream.members());
        assertThat(tried.getLast().isBackup()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void whatOneLeavesIsSharedByAllOthersAlike(Policy policy) {
        for (int port = 1; port <= 4; port++) {
            bench.backend(port, 1, false, 10);
        }
        Upstream upstream = bench.upstream(Bench.by(policy));
        Member down = upstream.members().getFirst();
        Bench.check(down, false);
        Map<String, Integer> shares = bench.run(upstream, MANY, 400, i -> RequestKey.hash("user-" + i));
        assertThat(part(shares, 1)).isZero();
        assertThat(shares.values()).hasSize(3).allSatisfy(count -> assertThat((double) count / MANY)
                .isBetween(0.30, 0.37));
    }
}

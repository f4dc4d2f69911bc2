package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.BalanceConfig.Policy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What each way of balancing makes of backends that differ, in virtual time, and why. They work on anything at once, so that nothing but
 * the balancer decides; let exchanges come at rate λ, and backend i take Sᵢ for each: λᵢ × Sᵢ of them run there (Little's law).
 */
class UnequalBackendsTest {
    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private static long user(long number) {
        return RequestKey.hash("user-" + number);
    }

    private static double part(Map<String, Integer> shares, int port) {
        double all = shares.values().stream().mapToInt(Integer::intValue).sum();
        return shares.getOrDefault(Integer.toString(port), 0) / all;
    }

    private Upstream oneIsTenTimesSlower(Policy policy) {
        return bench.workers(1_000_000)
                .backend(1, 1, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 1, false, 100)
                .upstream(Bench.by(policy));
    }

    /** Once it has settled. */
    private Map<String, Integer> shares(Upstream upstream) {
        bench.run(upstream, 40_000, 20_000, UnequalBackendsTest::user);
        return bench.run(upstream, 80_000, 20_000, UnequalBackendsTest::user);
    }

    /**
     * round-robin, random: its weight's, 1/3, whatever it takes.
     *
     * <p>least-requests: of two the one with fewer, so all run as many: λᵢ × Sᵢ is the same for all, shares are as 1/S: 1/10 in 1/10 + 1 + 1 =
     * 1/21.
     *
     * <p>peak-ewma: λᵢ × Sᵢ × Lᵢ is the same for all, where L is the mean that jumps to peaks. If L were as S, shares would be as 1/S²: 1/201. The
     * fast ones are asked more often and meet rarer peaks, so L differs by less than ten times: from 1/201 to half of 1/21.
     *
     * <p>hash: its keys', 1/3, but no more than 125 % of the mean may run there: λ₃ × 100 ms = 1.25/3 × (λ₃ × 100 ms + (λ − λ₃) × 10 ms), so
     * λ₃/λ = 1/15.
     */
    @ParameterizedTest
    @CsvSource({
        "ROUND_ROBIN, 0.3333, 0.3334",
        "RANDOM, 0.325, 0.342",
        "LEAST_REQUESTS, 0.0428, 0.0524",
        "PEAK_EWMA, 0.0045, 0.0238",
        "HASH, 0.062, 0.071",
    })
    void aBackendTenTimesSlowerGetsTheShareItShould(Policy policy, double least, double most) {
        Map<String, Integer> shares = shares(oneIsTenTimesSlower(policy));
        assertThat(part(shares, 3)).isBetween(least, most);
        assertThat(part(shares, 1))
                .as("of two that are alike")
                .isBetween((1 - most) / 2 - 0.02, (1 - least) / 2 + 0.02);
    }

    /** Weights 2, 1, 1 of equal speed: 1/2, 1/4, 1/4 by every policy. Of what runs, too, so that least-requests has no other mind. */
    @ParameterizedTest
    @EnumSource
    void equalBackendsGetWhatTheyWeigh(Policy policy) {
        Upstream upstream = bench.workers(1_000_000)
                .backend(1, 2, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 1, false, 10)
                .upstream(Bench.by(policy));
        Map<String, Integer> shares = shares(upstream);
        assertThat(part(shares, 1)).isBetween(0.47, 0.53);
        assertThat(part(shares, 2)).isBetween(0.22, 0.28);
    }

    /** By least-requests, λᵢ × Sᵢ is as the weight: 2/10 in 2/10 + 1 + 1 = 1/11. */
    @Test
    void aSlowBackendOfTwiceTheWeightGetsTwiceAsMuch() {
        Upstream upstream = bench.workers(1_000_000)
                .backend(1, 1, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 2, false, 100)
                .upstream(Bench.by(Policy.LEAST_REQUESTS));
        assertThat(part(shares(upstream), 3)).isBetween(0.083, 0.098);
    }

    /**
     * One of three refuses everything: five failures in a row eject it for 10 s, no matter who chooses (what ran there when it
     * broke ends well, and begins the row anew); then it begins with a tenth of its share
     * and has all of it after 10 s. Of two with fewer running exchanges it is the one more often while it starts: at most a third in place of a
     * tenth.
     */
    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "RANDOM", "LEAST_REQUESTS", "HASH"})
    void whoFailsIsEjectedAndComesBackSlowly(Policy policy) {
        Upstream upstream = bench.workers(1_000_000)
                .backend(1, 1, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 1, false, 10)
                .upstream(Bench.by(policy));
        assertThat(part(bench.run(upstream, 3000, 1000, UnequalBackendsTest::user), 3))
                .isBetween(0.28, 0.38);
        bench.breaks(3, true);
        assertThat(bench.run(upstream, 3000, 1000, UnequalBackendsTest::user).get("3"))
                .as("until it is ejected")
                .isBetween(5, 15);
        bench.breaks(3, false);
        assertThat(bench.run(upstream, 6900, 1000, UnequalBackendsTest::user))
                .as("while it is")
                .doesNotContainKey("3");
        bench.run(upstream, 200, 1000, UnequalBackendsTest::user);
        assertThat(part(bench.run(upstream, 1000, 1000, UnequalBackendsTest::user), 3))
                .as("the first second")
                .isBetween(0.015, 0.12);
        bench.run(upstream, 9000, 1000, UnequalBackendsTest::user);
        assertThat(part(bench.run(upstream, 3000, 1000, UnequalBackendsTest::user), 3))
                .as("after 10 s")
                .isBetween(0.28, 0.38);
    }

    /** A failure counts as an answer that took a second: whoever goes by time asks that one no more, ejected or not, until it is forgotten. */
    @Test
    void peakEwmaAvoidsWhoFailsAndComesBackToIt() {
        Upstream upstream = bench.workers(1_000_000)
                .backend(1, 1, false, 10)
                .backend(2, 1, false, 10)
                .backend(3, 1, false, 10)
                .upstream(Bench.by(Policy.PEAK_EWMA));
        bench.run(upstream, 3000, 1000, UnequalBackendsTest::user);
        bench.breaks(3, true);
        assertThat(bench.run(upstream, 3000, 1000, UnequalBackendsTest::user).getOrDefault("3", 0))
                .isBetween(1, 15);
        bench.breaks(3, false);
        bench.run(upstream, 60_000, 1000, UnequalBackendsTest::user);
        assertThat(part(bench.run(upstream, 3000, 1000, UnequalBackendsTest::user), 3))
                .isBetween(0.25, 0.40);
    }

    /** Four backends, one ten times slower than the median, slow-factor 3, windows of 10 s: it is out from the second on, whoever chooses. */
    @ParameterizedTest
    @EnumSource(names = {"ROUND_ROBIN", "RANDOM", "LEAST_REQUESTS", "HASH"})
    void whoIsSlowBeyondTheFactorIsLeftOut(Policy policy) {
        for (int port = 1; port <= 4; port++) {
            bench.backend(port, 1, false, port == 4 ? 200 : 20);
        }
        Upstream upstream = bench.workers(1_000_000).upstream(Bench.by(policy), Bench.health(3), null);
        bench.run(upstream, 11_000, 1000, UnequalBackendsTest::user);
        assertThat(upstream.members().get(3).health().outFor()).isEqualTo("slow");
        assertThat(bench.run(upstream, 1000, 1000, UnequalBackendsTest::user)).containsOnlyKeys("1", "2", "3");
    }

    @Test
    void slowStartHoldsForWhateverReason() {
        Upstream upstream = bench.workers(1_000_000)
                .backend(1, 1, false, 10)
                .backend(2, 1, false, 10)
                .upstream(Bench.by(Policy.RANDOM), Bench.health(Duration.ofSeconds(20)), null);
        Bench.check(upstream.members().getLast(), false);
        assertThat(bench.run(upstream, 1000, 1000, UnequalBackendsTest::user)).containsOnlyKeys("1");
        Bench.check(upstream.members().getLast(), true);
        double early = part(bench.run(upstream, 2000, 1000, UnequalBackendsTest::user), 2);
        double middle = part(bench.run(upstream, 16_000, 1000, UnequalBackendsTest::user), 2);
        bench.run(upstream, 3000, 1000, UnequalBackendsTest::user);
        double full = part(bench.run(upstream, 3000, 1000, UnequalBackendsTest::user), 2);
        assertThat(early).as("a tenth beside a whole: 1/11").isBetween(0.07, 0.12);
        assertThat(middle)
                .as("from a tenth to nine, about half beside a whole: a third")
                .isBetween(0.28, 0.36);
        assertThat(full).isBetween(0.46, 0.54);
    }
}

package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.BalanceConfig.Policy;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is left out, for how long, and how it comes back; in virtual time. */
class HealthTest {
    private static final long SECOND = 1000 * Bench.MILLI;

    private final Bench bench = new Bench();

    @AfterEach
    void close() {
        bench.close();
    }

    private Upstream of(int backends) {
        for (int port = 1; port <= backends; port++) {
            bench.backend(port, 1, false, 1);
        }
        return bench.upstream(Bench.by(Policy.ROUND_ROBIN));
    }

    private void failTimes(Upstream upstream, int member, int times) {
        for (int i = 0; i < times; i++) {
            bench.fail(upstream, upstream.members().get(member));
        }
    }

    @Test
    void fiveFailuresInARowEject() {
        Upstream upstream = of(3);
        Health health = upstream.members().getFirst().health();
        failTimes(upstream, 0, 4);
        assertThat(health.isAvailable()).isTrue();
        bench.succeed(upstream, upstream.members().getFirst());
        failTimes(upstream, 0, 4);
        assertThat(health.isAvailable()).isTrue();
        failTimes(upstream, 0, 1);
        assertThat(health.isEjected()).isTrue();
        assertThat(health.outFor()).isEqualTo("failures");
        assertThat(bench.run(upstream, 100, 100)).doesNotContainKey("1");
    }

    @Test
    void halfOfAWindowsRequestsFailingEjectsAlsoWhereNoneFailInARow() {
        Upstream upstream = of(3);
        Health health = upstream.members().getFirst().health();
        for (int i = 0; i < 9; i++) {
            failTimes(upstream, 0, 1);
            bench.succeed(upstream, upstream.members().getFirst());
        }
        assertThat(health.isAvailable()).as("below min-requests").isTrue();
        failTimes(upstream, 0, 2);
        assertThat(health.isEjected()).isTrue();
        assertThat(health.outFor()).isEqualTo("failure_ratio");
    }

    private Upstream ofTimes(int slowFactor, long... millis) {
        for (int i = 0; i < millis.length; i++) {
            bench.backend(i + 1, 1, false, millis[i]);
        }
        return bench.upstream(Bench.by(Policy.ROUND_ROBIN), Bench.health(slowFactor), null);
    }

    @Test
    void anEndpointManyTimesSlowerThanTheMedianIsEjectedAfterItsWindow() {
        Upstream upstream = ofTimes(5, 20, 20, 30, 200);
        Health slow = upstream.members().get(3).health();
        bench.run(upstream, 900, 100);
        assertThat(slow.isEjected()).as("within the first window").isFalse();
        bench.run(upstream, 300, 100);
        assertThat(slow.isEjected()).isTrue();
        assertThat(slow.outFor()).isEqualTo("slow");
        assertThat(upstream.members().subList(0, 3))
                .noneMatch(member -> member.health().isEjected());
        assertThat(bench.run(upstream, 100, 100)).doesNotContainKey("4");
    }

    @Test
    void anEndpointThatIsSlowOnlyALittleOrByFewRequestsStays() {
        Upstream upstream = ofTimes(5, 20, 20, 30, 80);
        bench.run(upstream, 3000, 100);
        assertThat(upstream.members()).noneMatch(member -> member.health().isEjected());
        Upstream quiet = ofTimes(5, 20, 20, 30, 200);
        bench.run(quiet, 60, 2);
        assertThat(quiet.members()).noneMatch(member -> member.health().isEjected());
    }

    @Test
    void fastEndpointsAreNotEjectedForDifferencesOfAFewMilliseconds() {
        Upstream upstream = ofTimes(2, 1, 1, 1, 9);
        bench.run(upstream, 3000, 100);
        assertThat(upstream.members()).noneMatch(member -> member.health().isEjected());
    }

    @Test
    void whereAllGetSlowNobodyIsEjected() {
        Upstream upstream = ofTimes(3, 300, 310, 320, 330);
        bench.run(upstream, 1500, 50);
        assertThat(upstream.members()).noneMatch(member -> member.health().isEjected());
    }

    @Test
    void aNewWindowForgets() {
        Upstream upstream = of(3);
        for (int i = 0; i < 30; i++) {
            failTimes(upstream, 0, 1);
            bench.succeed(upstream, upstream.members().getFirst());
            bench.now += SECOND;
        }
        assertThat(upstream.members().getFirst().health().isAvailable()).isTrue();
    }

    @Test
    void theTimeDoublesAndOneFailureIsEnoughTheNextTime() {
        Upstream upstream = of(3);
        Health health = upstream.members().getFirst().health();
        failTimes(upstream, 0, 5);
        long[] expected = {10, 20, 40, 80, 160, 300, 300};
        for (long seconds : expected) {
            assertThat(health.outNanos()).isEqualTo(seconds * SECOND);
            bench.now += seconds * SECOND;
            assertThat(health.isAvailable()).isTrue();
            failTimes(upstream, 0, 1);
        }
        bench.now += 300 * SECOND;
        assertThat(health.isAvailable()).isTrue();
        bench.succeed(upstream, upstream.members().getFirst());
        bench.now += 301 * SECOND;
        failTimes(upstream, 0, 5);
        assertThat(health.outNanos()).as("it was well for longest").isEqualTo(10 * SECOND);
    }

    @Test
    void whoComesBackBeginsWithATenthAndRises() {
        Upstream upstream = of(3);
        failTimes(upstream, 0, 5);
        bench.now += 10 * SECOND;
        int early = bench.run(upstream, 300, 300).getOrDefault("1", 0);
        bench.now += 8 * SECOND;
        int late = bench.run(upstream, 300, 300).getOrDefault("1", 0);
        bench.now += 10 * SECOND;
        int full = bench.run(upstream, 300, 300).getOrDefault("1", 0);
        assertThat(early).isBetween(1, 25);
        assertThat(late).isBetween(70, 100);
        assertThat(full).isEqualTo(100);
    }

    @Test
    void halfMayBeEjectedAndTheLastNever() {
        Upstream upstream = of(4);
        for (int i = 0; i < 4; i++) {
            failTimes(upstream, i, 50);
        }
        assertThat(upstream.members().stream().filter(m -> m.health().isEjected()))
                .hasSize(2);
        try (Bench two = new Bench()) {
            Upstream pair = two.backend(1, 1, false, 1).backend(2, 1, false, 1).upstream(Bench.by(Policy.RANDOM));
            pair.members().forEach(member -> {
                for (int i = 0; i < 50; i++) {
                    two.fail(pair, member);
                }
            });
            assertThat(pair.members().stream().filter(m -> m.health().isEjected()))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void r15OnlyWhatTheEndpointDidCountsAgainstIt(FailureKind kind) {
        Upstream upstream = of(3);
        Member member = upstream.members().getFirst();
        for (int i = 0; i < 50; i++) {
            upstream.began(member);
            upstream.over(member, 0, Failure.of(kind, "for a test"), 1);
        }
        assertThat(member.health().isEjected()).isEqualTo(kind.side() == FailureKind.Side.UPSTREAM);
    }

    @Test
    void r15AnswersOfClientErrorsCountForIt() {
        Upstream upstream = of(3);
        Member member = upstream.members().getFirst();
        for (int status : new int[] {400, 401, 404, 429, 499, 500}) {
            failTimes(upstream, 0, 4);
            upstream.began(member);
            upstream.over(member, status, Failure.of(FailureKind.CLIENT_GONE, "left"), 1);
            bench.now += 11 * SECOND;
            assertThat(member.health().failuresInARow()).isZero();
        }
        for (int i = 0; i < 5; i++) {
            upstream.began(member);
            upstream.over(member, 503, null, 1);
        }
        assertThat(member.health().isEjected()).isTrue();
    }

    @Test
    void reloadKeepsWhatIsKnownOfUnchangedEndpoints() {
        Upstream before = of(2);
        failTimes(before, 0, 5);
        bench.backend(3, 1, false, 1);
        Upstream after = bench.upstream(Bench.by(Policy.RANDOM), Bench.health(Duration.ofSeconds(10)), before);
        assertThat(after.members().get(0).endpoint())
                .isSameAs(before.members().get(0).endpoint());
        assertThat(after.members().get(0).health().isEjected()).isTrue();
        Upstream other = bench.upstream(Bench.by(Policy.RANDOM), Bench.health(Duration.ZERO), after);
        assertThat(other.members().get(0).endpoint())
                .isSameAs(before.members().get(0).endpoint());
        assertThat(other.members().get(0).health().isEjected())
                .as("other rules, another judgement")
                .isFalse();
    }
}

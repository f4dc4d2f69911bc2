package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is made of the closes of an endpoint, on virtual time. */
class KeepAliveEstimateTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long IDLE_TIMEOUT = 60 * SECOND;

    private final KeepAliveEstimate estimate = new KeepAliveEstimate(IDLE_TIMEOUT, true);
    private long now = 1_000_000 * SECOND;

    private void closedAfter(double seconds) {
        now += (long) (seconds * SECOND);
        estimate.closed((long) (seconds * SECOND), now);
    }

    private void learn(double seconds) {
        closedAfter(seconds);
        closedAfter(seconds);
        closedAfter(seconds);
    }

    private double limit() {
        return estimate.limitNanos() / (double) SECOND;
    }

    /** The probe of an endpoint that keeps connections for {@code keeps} seconds. */
    private void probe(double keeps) {
        assertThat(estimate.beginProbe(now)).isTrue();
        long until = Math.min(estimate.probeNanos(), (long) (keeps * SECOND));
        now += until;
        if (estimate.probeNanos() <= until) {
            estimate.probeSurvived(now);
        } else {
            estimate.probeClosed(until, now);
        }
    }

    @Test
    void withoutAnySignTheIdleTimeoutHolds() {
        assertThat(limit()).isEqualTo(60);
        assertThat(estimate.isShortened()).isFalse();
        assertThat(estimate.learnedSeconds()).isZero();
        assertThat(estimate.beginProbe(now)).isFalse();
    }

    @Test
    void twoClosesAtAboutTheSameAgeAreBelieved() {
        closedAfter(5);
        assertThat(limit()).isEqualTo(60);
        closedAfter(5.2);
        assertThat(limit()).isEqualTo(4);
        assertThat(estimate.learnedSeconds()).isEqualTo(4);
    }

    @Test
    void connectionsThatEndTogetherSayNothing() {
        for (double age : new double[] {5, 5, 4.9, 4.8, 5.1, 1, 0.2}) {
            estimate.closed((long) (age * SECOND), now);
        }
        assertThat(limit()).isEqualTo(60);
    }

    @Test
    void closesAtDifferentAgesSayNothing() {
        for (double age : new double[] {5, 20, 2, 40, 11, 0.3}) {
            closedAfter(age);
        }
        assertThat(limit()).isEqualTo(60);
    }

    @Test
    void theSmallestCounts() {
        learn(10);
        closedAfter(9.5);
        assertThat(limit()).isBetween(7.59, 7.61);
        learn(5);
        assertThat(limit()).isEqualTo(4);
        learn(20);
        assertThat(limit()).isEqualTo(4);
    }

    @Test
    void itNeverGoesBelowItsFloor() {
        learn(0.101);
        assertThat(estimate.limitNanos()).isEqualTo(KeepAliveEstimate.FLOOR_NANOS);
    }

    @Test
    void restartsUnderLoadSayNothing() {
        for (int i = 0; i < 9; i++) {
            now += 10 * SECOND;
            estimate.closed(SECOND / 1000, now);
            estimate.closed(SECOND / 50, now);
        }
        assertThat(estimate.isShortened()).isFalse();
    }

    @Test
    void anAgeBeyondTheIdleTimeoutIsNone() {
        learn(61);
        assertThat(estimate.isShortened()).isFalse();
    }

    @Test
    void theAnnouncedTimeIsBelievedAtOnce() {
        estimate.announced(5);
        assertThat(limit()).isEqualTo(4);
        estimate.announced(10);
        assertThat(limit()).isEqualTo(8);
        estimate.announced(600);
        assertThat(limit()).isEqualTo(60);
        assertThat(estimate.learnedSeconds()).isZero();
        estimate.announced(Long.MAX_VALUE);
        assertThat(limit()).isEqualTo(60);
    }

    @Test
    void whatIsSeenBelowTheAnnouncedTimeHolds() {
        estimate.announced(10);
        learn(5);
        assertThat(limit()).isEqualTo(4);
        estimate.announced(10);
        assertThat(limit()).isEqualTo(4);
    }

    @Test
    void aLongerAnnouncementForgetsWhatWasSeen() {
        estimate.announced(10);
        learn(5);
        estimate.announced(30);
        assertThat(limit()).isEqualTo(24);
    }

    @Test
    void aProbeComesAfterAPauseAndAlone() {
        learn(5);
        assertThat(estimate.beginProbe(now)).isFalse();
        now += 50 * SECOND;
        assertThat(estimate.beginProbe(now)).isTrue();
        assertThat(estimate.beginProbe(now)).isFalse();
        estimate.probeEnded(now);
        assertThat(estimate.beginProbe(now)).isFalse();
        now += 50 * SECOND;
        assertThat(estimate.beginProbe(now)).isTrue();
    }

    @Test
    void probesFollowAnEndpointThatKeepsConnectionsLongerThanBefore() {
        learn(5);
        now += 50 * SECOND;
        probe(1000);
        assertThat(limit()).isEqualTo(8);
        probe(1000);
        assertThat(limit()).isEqualTo(16);
        probe(1000);
        assertThat(limit()).isEqualTo(32);
        probe(1000);
        assertThat(limit()).isEqualTo(60);
        assertThat(estimate.isShortened()).isFalse();
        assertThat(estimate.beginProbe(now)).isFalse();
    }

    @Test
    void aProbeThatIsClosedOnTheWayTellsTheAge() {
        learn(5);
        now += 50 * SECOND;
        probe(1000);
        probe(15);
        assertThat(limit()).isEqualTo(12);
    }

    @Test
    void probesOfAnEndpointThatDoesNotChangeBecomeRare() {
        learn(5);
        int probes = 0;
        long end = now + 24 * 3600 * SECOND;
        for (; now < end; now += SECOND) {
            if (estimate.beginProbe(now)) {
                probes++;
                now += 5 * SECOND;
                estimate.probeClosed(5 * SECOND, now);
                assertThat(limit()).isEqualTo(4);
            }
        }
        assertThat(probes).isBetween(20, 32);
    }

    @Test
    void whereItIsOffNothingIsLearned() {
        KeepAliveEstimate off = new KeepAliveEstimate(IDLE_TIMEOUT, false);
        off.announced(5);
        for (long i = 1; i < 9; i++) {
            off.closed(SECOND, now + i * 5 * SECOND);
        }
        assertThat(off.limitNanos()).isEqualTo(IDLE_TIMEOUT);
        assertThat(off.beginProbe(now)).isFalse();
    }
}

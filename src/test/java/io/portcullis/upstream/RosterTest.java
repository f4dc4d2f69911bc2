package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.BalanceConfig;
import io.portcullis.config.BalanceConfig.Policy;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is asked where few are well, or nobody is; in virtual time. */
class RosterTest {
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
    void backupsServeOnlyWhileNoOtherIsAvailable() {
        bench.backend(1, 1, false, 1).backend(2, 1, false, 1).backend(3, 1, true, 1);
        Upstream upstream = bench.upstream(Bench.by(Policy.ROUND_ROBIN));
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("1", "2");
        Bench.check(upstream.members().get(0), false);
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("2");
        Bench.check(upstream.members().get(1), false);
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("3");
        Bench.check(upstream.members().get(1), true);
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("2");
    }

    @Test
    void backupsOfALowerNumberComeFirst() {
        bench.backend(1, 1, 0, 1).backend(2, 1, 2, 1).backend(3, 1, 1, 1).backend(4, 1, 1, 1);
        Upstream upstream = bench.upstream(Bench.by(Policy.ROUND_ROBIN));
        Bench.check(upstream.members().get(0), false);
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("3", "4");
        Bench.check(upstream.members().get(2), false);
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("4");
        Bench.check(upstream.members().get(3), false);
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("2");
        assertThat(upstream.isPanic()).isFalse();
        Bench.check(upstream.members().get(1), false);
        assertThat(upstream.isPanic()).isTrue();
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("1");
        List<Member> tried = new ArrayList<>(List.of(upstream.members().getFirst()));
        assertThat(Bench.port(Objects.requireNonNull(upstream.pick(tried, Balancer.NO_KEY))))
                .isIn("3", "4");
    }

    @Test
    void whereTooFewAreLeftHealthIsIgnored() {
        Upstream upstream = of(10);
        for (int i = 0; i < 8; i++) {
            Bench.check(upstream.members().get(i), false);
        }
        assertThat(upstream.isPanic()).isFalse();
        assertThat(bench.run(upstream, 100, 100)).containsOnlyKeys("9", "10");
        Bench.check(upstream.members().get(8), false);
        assertThat(upstream.isPanic()).isTrue();
        assertThat(bench.run(upstream, 100, 100)).hasSize(10);
    }

    @Test
    void whereNobodyIsAvailableAndThereIsNoPanicThereIsNoCandidate() {
        bench.backend(1, 1, false, 1);
        Upstream upstream = bench.upstream(new BalanceConfig(Policy.HASH, BalanceConfig.HashBy.PATH, "", 125, 0));
        Bench.check(upstream.members().getFirst(), false);
        assertThat(upstream.pick(List.of(), 1)).isNull();
        assertThat(bench.run(upstream, 10, 10)).isEqualTo(Map.of());
    }

    @Test
    void whereEachEndpointIsOutOrWouldBeTheUpstreamIsDownUntilOneAnswers() {
        Upstream upstream = of(3);
        Failure refused = Failure.untouched(FailureKind.CONNECT_REFUSED, "no");
        failTimes(upstream, 0, 5);
        failTimes(upstream, 1, 5);
        failTimes(upstream, 2, 4);
        assertThat(upstream.members().get(1).health().isEjected())
                .as("half at most")
                .isFalse();
        assertThat(upstream.last(refused)).isEqualTo(refused);
        failTimes(upstream, 2, 1);
        assertThat(upstream.last(refused).kind()).isEqualTo(FailureKind.UPSTREAM_DOWN);
        assertThat(upstream.last(refused).cause()).isEqualTo(FailureKind.CONNECT_REFUSED);
        assertThat(upstream.last(refused).untouched()).isTrue();
        Failure closed = Failure.of(FailureKind.UPSTREAM_CLOSED, "it was reached");
        assertThat(upstream.last(closed)).isEqualTo(closed);
        bench.now += 11 * SECOND;
        assertThat(upstream.last(refused).kind())
                .as("asked again, none answered")
                .isEqualTo(FailureKind.UPSTREAM_DOWN);
        bench.succeed(upstream, upstream.members().getFirst());
        assertThat(upstream.last(refused)).isEqualTo(refused);
    }
}

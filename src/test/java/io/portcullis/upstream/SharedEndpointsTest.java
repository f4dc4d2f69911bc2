package io.portcullis.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.config.BalanceConfig.Policy;
import io.portcullis.testkit.Await;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two upstreams have the same endpoints for a moment, in a reload; names may stand for others just then. */
class SharedEndpointsTest {
    private final Bench bench = new Bench();
    private Upstream before;

    @BeforeEach
    void twoEndpoints() {
        before = bench.backend(1, 1, false, 1).backend(2, 1, false, 1).upstream(Bench.by(Policy.ROUND_ROBIN));
        before.begin();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Upstream next() {
        return bench.upstream(Bench.by(Policy.RANDOM), Bench.health(Duration.ofSeconds(10)), before);
    }

    private static List<Wanted> wanted(Upstream upstream, int first, int end) {
        return upstream.members().subList(first, end).stream()
                .map(member -> new Wanted(member.config(), member.configured()))
                .toList();
    }

    private boolean isShown(int port) {
        return bench.scrape().contains("endpoint=\"10.0.0.1:" + port + "\"");
    }

    @Test
    void whatOneLetsGoIsKeptWhereTheOtherHasIt() {
        Upstream after = next();
        Endpoint shared = before.members().get(1).endpoint();
        before.changed(wanted(before, 0, 1));
        assertThat(shared.isOver()).isFalse();
        assertThat(isShown(2)).isTrue();
        before.retire();
        after.begin();
        assertThat(shared.isOver()).isFalse();
        assertThat(isShown(1)).isTrue();
        assertThat(isShown(2)).isTrue();
        after.retire();
        assertThat(shared.isOver()).isTrue();
        assertThat(isShown(1)).isFalse();
    }

    @Test
    void whatTheNextOneLetsGoBeforeItIsInForceStaysTheOthers() {
        Upstream after = next();
        after.changed(wanted(after, 0, 1));
        assertThat(before.members().get(1).endpoint().isOver()).isFalse();
        after.retire();
        assertThat(before.members()).noneMatch(member -> member.endpoint().isOver());
        assertThat(isShown(1)).isTrue();
        assertThat(isShown(2)).isTrue();
    }

    @Test
    void whatIsGoneAlreadyIsMadeAnew() {
        Endpoint gone = before.members().getFirst().endpoint();
        before.retire();
        Upstream after = next();
        assertThat(after.members().getFirst().endpoint()).isNotSameAs(gone);
        assertThat(after.members().getFirst().endpoint().isOver()).isFalse();
        assertThat(isShown(1)).isTrue();
    }

    @Test
    void anotherWeightLeavesTheEndpointAsItIs() {
        Member member = before.members().getFirst();
        before.order(member, null, 7);
        before.order(before.members().getFirst(), true, null);
        assertThat(before.members().getFirst().endpoint()).isSameAs(member.endpoint());
        assertThat(member.endpoint().isOver()).isFalse();
        before.retire();
        assertThat(member.endpoint().isOver()).isTrue();
    }

    @Test
    void whoIsNotInForceAnyMoreTakesNoChange() {
        Upstream after = next();
        List<Wanted> one = wanted(before, 0, 1);
        before.retire();
        before.changed(one);
        assertThat(before.members()).hasSize(2);
        assertThat(after.members()).noneMatch(member -> member.endpoint().isOver());
    }

    /** Each is made of the one before, as reloads do, and the one before ends. */
    @Test
    void aChainOfReloadsKeepsOneEndpointAndNothingOfTheUpstreamsBefore() {
        Endpoint first = before.members().getFirst().endpoint();
        List<WeakReference<Upstream>> past = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            past.add(new WeakReference<>(before));
            before = replaced(before);
        }
        assertThat(before.members().getFirst().endpoint()).isSameAs(first);
        assertThat(first.isOver()).isFalse();
        Await.until(() -> areGone(past), "the upstreams before are garbage");
        before.retire();
        assertThat(first.isOver()).isTrue();
    }

    private Upstream replaced(Upstream old) {
        Upstream after = bench.upstream(Bench.by(Policy.RANDOM), Bench.health(Duration.ofSeconds(10)), old);
        old.retire();
        after.begin();
        return after;
    }

    private static boolean areGone(List<WeakReference<Upstream>> past) {
        System.gc();
        return past.stream().allMatch(each -> each.get() == null);
    }
}

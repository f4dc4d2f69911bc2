package io.portcullis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Quantiles out of a histogram's buckets. */
class SpreadTest {
    private final Meters meters = Meters.create();

    @Test
    void aQuantileStandsWithinItsBucket() {
        RouteMeters route = meters.route("a");
        for (int i = 0; i < 90; i++) {
            finished(route, 3);
        }
        for (int i = 0; i < 10; i++) {
            finished(route, 80);
        }
        Spread spread = meters.figures().spread(MeterName.REQUEST_DURATION);
        assertThat(spread.count()).isEqualTo(100);
        assertThat(spread.meanMillis()).isCloseTo(10.7, within(0.01));
        assertThat(spread.millis(0.5)).isBetween(2.0, 5.0);
        assertThat(spread.millis(0.99)).isBetween(50.0, 100.0);
    }

    @Test
    void whatIsLongerThanEveryBucketCountsAsTheHighest() {
        finished(meters.route("a"), 60_000);
        assertThat(meters.figures().spread(MeterName.REQUEST_DURATION).millis(0.5))
                .isEqualTo(10_000);
    }

    @Test
    void onlyWhatIsNewCountsSinceAnEarlierOne() {
        RouteMeters route = meters.route("a");
        finished(route, 80);
        Spread before = meters.figures().spread(MeterName.REQUEST_DURATION);
        finished(route, 3);
        Spread since = meters.figures().spread(MeterName.REQUEST_DURATION).since(before);
        assertThat(since.count()).isEqualTo(1);
        assertThat(since.millis(0.99)).isBetween(2.0, 5.0);
    }

    @Test
    void nothingIsNothing() {
        assertThat(Spread.NONE.millis(0.99)).isZero();
        assertThat(Spread.NONE.meanMillis()).isZero();
        finished(meters.route("a"), 1);
        Spread removed = Spread.NONE.since(meters.figures().spread(MeterName.REQUEST_DURATION));
        assertThat(removed.count()).isZero();
    }

    @Test
    void routesAreToldApart() {
        finished(meters.route("a"), 3);
        finished(meters.route("b"), 3);
        finished(meters.route("b"), 3);
        assertThat(meters.figures().spreads(MeterName.REQUEST_DURATION, "route"))
                .hasEntrySatisfying("a", spread -> assertThat(spread.count()).isEqualTo(1))
                .hasEntrySatisfying("b", spread -> assertThat(spread.count()).isEqualTo(2));
        assertThat(meters.figures().sum(MeterName.REQUESTS)).isEqualTo(3);
        assertThat(meters.figures()
                        .sum(MeterName.REQUESTS, each -> each.tag("route").equals("b")))
                .isEqualTo(2);
    }

    private static void finished(RouteMeters route, long millis) {
        route.began();
        route.finished(Protocol.HTTP_1_1, 200, millis * 1_000_000, 0, 0);
    }
}

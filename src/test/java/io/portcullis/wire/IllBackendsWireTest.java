package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One of three backends falls ill under load, in every way: it is left out in the time that was configured, and comes back. */
class IllBackendsWireTest {
    /** What a busy machine may add to a time that was configured. */
    private static final Duration SLACK = Duration.ofMillis(1500);

    private static final String EJECTION = "ejection { time = 500 ms, longest = 500 ms }, ";
    private static final String ALL = "retries { on = [connect, closed, timeout, 502], budget-min = 1000 }, ";
    private static final String NO_EJECTION = "ejection { failures = off, failure-ratio = off }, ";

    /**
     * @param within in which it is left out, from the moment it falls ill
     * @param told the status that clients may see beside 200; 0: none
     */
    record Course(String settings, Duration within, int told) {}

    enum Case {
        DIES(Illness.DIES, new Course(EJECTION + ALL, Duration.ZERO, 0)),
        RESETS(Illness.RESETS, new Course(EJECTION + ALL, Duration.ZERO, 0)),
        CLOSES(Illness.CLOSES, new Course(EJECTION + ALL, Duration.ZERO, 0)),
        /** Eight clients, each of which hangs for 200 ms and is noticed 100 ms late: five in a row are there after two rounds. */
        HANGS(Illness.HANGS, new Course(EJECTION + ALL + "first-byte-timeout = 200 ms", Duration.ofMillis(600), 0)),
        SAYS_502(Illness.SAYS_502, new Course(EJECTION + ALL, Duration.ZERO, 0)),
        /** What is no HTTP may have been worked on: the client is told. */
        TALKS_GARBAGE(Illness.TALKS_GARBAGE, new Course(EJECTION + ALL, Duration.ZERO, 502)),
        /** Judged when the window after the one it was slow in begins. */
        SLOWS_DOWN(
                Illness.SLOWS_DOWN,
                new Course(
                        "ejection { slow-factor = 3, window = 1 s, min-requests = 5, time = 500 ms, longest = 500 ms }",
                        Duration.ofSeconds(2),
                        0)),
        /** Two checks, each 200 ms and a tenth apart, with 200 ms of time, and noticed 100 ms late. */
        HANGS_WHILE_CHECKED(
                Illness.HANGS,
                new Course(
                        NO_EJECTION + ALL
                                + "first-byte-timeout = 200 ms, check { interval = 200 ms, timeout = 200 ms, fall = 2, rise = 1 }",
                        Duration.ofMillis(2 * (220 + 100 + 200 + 100)),
                        0)),
        DIES_WHILE_CHECKED(
                Illness.DIES,
                new Course(
                        NO_EJECTION + ALL
                                + "check { by = tcp, interval = 200 ms, timeout = 200 ms, fall = 2, rise = 1 }",
                        Duration.ofMillis(2 * (220 + 100)),
                        0));

        private final Illness illness;

        @SuppressWarnings("ImmutableEnumChecker") // a record of values
        private final Course course;

        Case(Illness illness, Course course) {
            this.illness = illness;
            this.course = course;
        }
    }

    private final List<Origin> origins = new ArrayList<>();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    @AfterEach
    void closeOrigins() throws IOException {
        for (Origin origin : origins) {
            origin.close();
        }
    }

    private double available() {
        return site.sum("portcullis_endpoint_available");
    }

    @ParameterizedTest
    @EnumSource
    void whoFallsIllIsLeftOutInTimeAndAskedAgainWhenItIsWell(Case each) throws Exception {
        for (int i = 0; i < 3; i++) {
            origins.add(Origin.start().respond(OK));
            proxy.word("backend" + i, origins.get(i).address());
        }
        proxy.start(
                """
                runtime.event-loops = 2
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{backend0}", "{backend1}", "{backend2}"], slow-start = off, %s }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """
                        .formatted(each.course.settings()));
        Origin victim = origins.getFirst();
        int told = each.course.told();
        try (Load load =
                Load.start(8, site::client, GET, answer -> answer.status() == 200 || answer.status() == told)) {
            load.awaitMore(300);
            long began = System.nanoTime();
            each.illness.befalls(victim);
            Await.until(() -> available() == 2, "it is left out");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(each.course.within().plus(SLACK));
            each.illness.leaves(victim);
            Await.until(() -> available() == 3, "it is back");
            int before = victim.requestCount();
            Await.until(() -> victim.requestCount() > before + 20, "it is asked as before");
            assertThat(load.failures()).isEmpty();
            long others = load.statuses().getOrDefault(told, 0L);
            assertThat(others).as("clients told, of eight at once").isLessThanOrEqualTo(5 + 8);
        }
        Await.until(() -> site.sum("portcullis_requests_in_flight", "route=\"/\"") == 0, "all over");
    }
}

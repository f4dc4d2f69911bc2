package io.portcullis.proxy;

import io.netty.util.concurrent.ScheduledFuture;
import io.portcullis.config.HedgeConfig;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.LoopClock;
import io.portcullis.upstream.Member;
import io.portcullis.upstream.Upstream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A flight's race of tries: where no response's head came for a while, another endpoint is asked as well, and the first acceptable
 * head wins.
 *
 * <pre>
 * what happens to one of those that run     while others run                     as the last one
 * no head for {@code after}                 another is asked, while there may be one and the budget lasts
 * an interim response, or a head            it wins: the others are cancelled    it is the answer
 * a status that retries.on names            it counts for nothing                Retries decide
 * a failure                                 it counts for nothing                Retries decide
 * </pre>
 *
 * Only where sending twice does no harm whatever becomes of it: GET, HEAD and OPTIONS (safe, RFC 9110 §9.2.1) without a body, no upgrade.
 * What is cancelled says nothing of its endpoint's health; the time for which it was silent is a lower bound of how fast it is.
 */
@io.portcullis.net.OnLoop
final class Hedge {
    private static final Failure LOST = Failure.of(FailureKind.CLIENT_GONE, "another endpoint answered first");

    private final Flight flight;
    private final HedgeConfig config;
    private final List<Attempt> running = new ArrayList<>(2);
    private final List<Attempt> hedges = new ArrayList<>(1);
    private @Nullable ScheduledFuture<?> timer;
    private @Nullable Attempt first;
    private int made;
    private int tries;

    private Hedge(Flight flight, HedgeConfig config) {
        this.flight = flight;
        this.config = config;
    }

    /** Whether {@code head} may be sent to two endpoints at once. */
    static boolean fits(RequestHead head) {
        return switch (head.method()) {
            case "GET", "HEAD", "OPTIONS" -> head.bodyLength() == 0 && !head.isUpgrade();
            default -> false;
        };
    }

    /** {@code next} is about to begin. */
    static void watch(Flight flight, Attempt next) {
        HedgeConfig config = next.upstream().config().retries().hedge();
        if (config == null || !fits(flight.exchange().head())) {
            return;
        }
        Hedge hedge = of(flight);
        if (hedge == null) {
            hedge = new Hedge(flight, config);
            flight.extras().hedge(hedge);
        }
        hedge.begin(next);
    }

    /** {@code lost} came to nothing; whether another try still runs, whose end decides. */
    static boolean goesOn(Flight flight, Attempt lost, @Nullable Failure why) {
        Hedge hedge = of(flight);
        if (hedge == null) {
            return false;
        }
        hedge.running.remove(lost);
        if (hedge.running.isEmpty()) {
            hedge.stop();
            return false;
        }
        lost.exclude();
        lost.cancel(LOST);
        flight.tryOver(lost, why);
        return true;
    }

    /** {@code winner} has an answer for the client: nobody else is waited for. */
    static void won(Flight flight, Attempt winner) {
        Hedge hedge = of(flight);
        if (hedge != null) {
            hedge.decide(winner);
        }
    }

    /** Nobody waits for an answer any more. */
    static void cancel(Flight flight, Failure why) {
        Hedge hedge = of(flight);
        if (hedge != null) {
            hedge.stop();
            hedge.settle(null, "cancelled");
            hedge.drop(why);
        }
    }

    /** The first of its hedges; null where it had none. */
    static @Nullable Attempt first(Flight flight) {
        Hedge hedge = of(flight);
        return hedge == null ? null : hedge.first;
    }

    /** Tries so far, {@code own} where there was no race. */
    static int tries(Flight flight, int own) {
        Hedge hedge = of(flight);
        return hedge == null ? own : hedge.tries;
    }

    private static @Nullable Hedge of(Flight flight) {
        Extras carried = flight.carried();
        return carried == null ? null : carried.hedge();
    }

    private void begin(Attempt next) {
        stop();
        hedges.removeIf(each -> !running.contains(each) && each != next && count(each, "failed"));
        running.add(next);
        tries = next.number();
        if (made < config.most()) {
            timer = flight.exchange()
                    .loop()
                    .executor()
                    .schedule(this::due, config.after().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Nobody has answered for so long. */
    private void due() {
        timer = null;
        Attempt newest = flight.attempt();
        if (newest == null || running.isEmpty()) {
            return;
        }
        Upstream upstream = newest.upstream();
        running.forEach(Attempt::exclude);
        Member other = Retries.another(flight, newest);
        if (other == null || !upstream.mayRetry()) {
            upstream.meters().hedged(other == null ? "nowhere" : "refused");
            return;
        }
        made++;
        Attempt hedge = new Attempt(flight, other, newest, false);
        if (first == null) {
            first = hedge;
        }
        hedges.add(hedge);
        flight.fly(hedge);
    }

    private void decide(Attempt winner) {
        stop();
        running.remove(winner);
        settle(winner, "lost");
        flight.landed(winner);
        for (Attempt each : running) {
            each.member().outrun(LoopClock.nanos() - each.times().beganNanos());
        }
        drop(LOST);
    }

    private void drop(Failure why) {
        for (Attempt each : List.copyOf(running)) {
            each.cancel(why);
            flight.tryOver(each, why);
        }
        running.clear();
    }

    /** What became of the hedges is known; {@code rest} of those that still run. */
    private void settle(@Nullable Attempt winner, String rest) {
        for (Attempt each : hedges) {
            count(each, each == winner ? "won" : running.contains(each) ? rest : "failed");
        }
        hedges.clear();
    }

    private static boolean count(Attempt hedge, String outcome) {
        hedge.upstream().meters().hedged(outcome);
        return true;
    }

    private void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}

package io.portcullis.upstream;

import io.portcullis.config.LookupConfig;
import io.portcullis.net.Dns;
import io.portcullis.net.Loop;
import io.portcullis.telemetry.UpstreamMeters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one name stands for, asked for again when the answer's time is over. The last good answer stays when none comes, or none of use.
 * All on the loop of {@link Dns}, but for {@link #known}.
 *
 * <pre>
 * asked ──found──▶ known, asked again after its TTL, within min-ttl and max-ttl
 *       ──none, failed──▶ what was known stays; asked again after min-ttl, then twice as long each time, 30 s at most
 * </pre>
 */
final class NameWatch<T> {
    private static final Logger LOG = LoggerFactory.getLogger(NameWatch.class);
    private static final long LONGEST_RETRY = Duration.ofSeconds(30).toNanos();

    /** Asks once; the hearer is called once, on the loop. */
    interface Question<T> extends Consumer<Consumer<Dns.Answer<T>>> {}

    /**
     * What it watches.
     *
     * @param name as in the log, with its upstream
     * @param merge what is known after an answer, of what was known and what it says
     */
    record Subject<T>(
            String name, LookupConfig config, Question<T> question, BiFunction<List<T>, Dns.Found<T>, List<T>> merge) {}

    private final Subject<T> subject;
    private final Loop loop;
    private final UpstreamMeters meters;
    private final Runnable changed;
    private volatile List<T> known;
    private boolean heard;
    private boolean begun;
    private boolean over;
    private boolean asking;
    private int failures;
    private @Nullable Future<?> timer;

    /**
     * @param known what was found earlier, for another configuration; empty where nothing was
     * @param changed is called on the loop after each answer that tells something new, and after the first one
     */
    NameWatch(Subject<T> subject, Loop loop, UpstreamMeters meters, List<T> known, Runnable changed) {
        this.subject = subject;
        this.loop = loop;
        this.meters = meters;
        this.known = known;
        this.heard = !known.isEmpty();
        this.changed = changed;
    }

    /** What the name stands for, as far as is known. From any thread. */
    List<T> known() {
        return known;
    }

    /** Whether a first answer came, good or not, or something was known from the beginning. */
    boolean isHeard() {
        return heard;
    }

    /** Asks now, unless it does already. */
    void ask() {
        if (!asking && !over) {
            asking = true;
            subject.question().accept(this::answered);
        }
    }

    /** From now on it is asked for again and again. */
    void begin() {
        begun = true;
        if (timer == null) {
            ask();
        }
    }

    void end() {
        over = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void answered(Dns.Answer<T> answer) {
        asking = false;
        if (over) {
            return;
        }
        boolean first = !heard;
        heard = true;
        List<T> before = known;
        long wait =
                switch (answer) {
                    case Dns.Found<T> found -> found(found);
                    case Dns.None<T> none -> without("none", none.why());
                    case Dns.Failed<T> failed -> without("failed", failed.why());
                };
        if (begun) {
            timer = loop.executor().schedule(this::due, wait, TimeUnit.NANOSECONDS);
        }
        if (first || !before.equals(known)) {
            changed.run();
        }
    }

    private void due() {
        timer = null;
        ask();
    }

    private long found(Dns.Found<T> found) {
        List<T> now = subject.merge().apply(known, found);
        if (!now.equals(known) || failures > 0) {
            LOG.info("{} stands for {}", subject.name(), now);
        }
        meters.lookedUp("found");
        failures = 0;
        known = now;
        long ttl = TimeUnit.SECONDS.toNanos(found.ttlSeconds());
        return Math.clamp(
                ttl,
                subject.config().minTtl().toNanos(),
                subject.config().maxTtl().toNanos());
    }

    private long without(String result, String why) {
        meters.lookedUp(result);
        long shortest = subject.config().minTtl().toNanos();
        long wait = Math.max(shortest, Math.min(LONGEST_RETRY, shortest << Math.min(failures, 20)));
        if (failures++ == 0) {
            LOG.warn(
                    "{} does not resolve: {}; {}, and it is asked for again",
                    subject.name(),
                    why,
                    known.isEmpty() ? "nothing is known of it" : "what was known stays: " + known);
        }
        return wait;
    }
}

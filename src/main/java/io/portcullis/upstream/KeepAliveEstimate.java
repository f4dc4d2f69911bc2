package io.portcullis.upstream;

import java.util.concurrent.atomic.AtomicReference;

/**
 * How long one endpoint keeps idle connections open, as far as it shows. Safe for any thread: a value, swapped by compare-and-set.
 *
 * <pre>
 * what is seen                                                  what is made of it
 * Keep-Alive: timeout=N in a response                           N seconds; a larger N than before forgets what was seen
 * an idle connection is closed by the endpoint, at some age     nothing yet: it may have restarted
 * another, at another time and about the same age               that age
 * a probe is still open at twice the age                        twice the age; another probe follows at once
 * a probe is closed before that                                 its age, if greater; the pause until the next probe doubles
 * </pre>
 *
 * <p>A connection is neither used nor kept beyond four fifths of the age ({@link #limitNanos}), so that a request does not cross a
 * close on the wire. Nothing would ever be seen again beyond that: therefore, now and then, one connection of all is left to
 * grow older, unused, as a probe. Time is given, so that tests need none.
 */
final class KeepAliveEstimate {
    /** The least that {@link #limitNanos} becomes, whatever is seen: 100 ms. */
    static final long FLOOR_NANOS = 100_000_000;

    static final long NONE = Long.MAX_VALUE;
    private static final long LONGEST_PAUSE_NANOS = 3_600_000_000_000L;
    private static final int PAUSE_IN_AGES = 10;

    /**
     * @param seen what closed connections and probes say; {@link #NONE} for nothing
     * @param announced what responses say; {@link #NONE} for nothing
     * @param hint an age that one closed connection had, and that another must confirm; 0 for none
     * @param hintAt when it was closed
     * @param pause between two probes
     * @param probeAt when the next may begin
     */
    private record State(long seen, long announced, long hint, long hintAt, long pause, long probeAt, boolean probing) {
        long age() {
            return Math.min(seen, announced);
        }

        State withHint(long age, long now) {
            return new State(seen, announced, age, now, pause, probeAt, probing);
        }

        State withSeen(long age, long newPause, long nextProbe) {
            return new State(age, announced, 0, 0, newPause, nextProbe, false);
        }

        State withProbing(boolean on) {
            return new State(seen, announced, hint, hintAt, pause, probeAt, on);
        }
    }

    private final long mostNanos;
    private final boolean learning;
    private final AtomicReference<State> state = new AtomicReference<>(new State(NONE, NONE, 0, 0, 0, 0, false));

    /** @param mostNanos the age beyond which no connection is kept anyway, and nothing is learned */
    KeepAliveEstimate(long mostNanos, boolean learning) {
        this.mostNanos = mostNanos;
        this.learning = learning;
    }

    /** The age beyond which an idle connection is not to be used. */
    long limitNanos() {
        long age = state.get().age();
        return age == NONE ? mostNanos : Math.min(mostNanos, Math.max(FLOOR_NANOS, age / 5 * 4));
    }

    /** Whether that is less than it would be without learning. */
    boolean isShortened() {
        return limitNanos() < mostNanos;
    }

    /** The same in seconds, for people; 0 where nothing was learned. */
    double learnedSeconds() {
        return state.get().age() == NONE ? 0 : limitNanos() / 1e9;
    }

    /** A new connection's response said {@code timeout=seconds}, at least 1. */
    void announced(long seconds) {
        if (!learning) {
            return;
        }
        long nanos = seconds >= mostNanos / 1_000_000_000 ? NONE : seconds * 1_000_000_000;
        if (state.get().announced() != nanos) {
            state.updateAndGet(now -> {
                boolean longer = now.announced() != NONE && nanos > now.announced();
                return new State(longer ? NONE : now.seen(), nanos, 0, 0, now.pause(), now.probeAt(), now.probing());
            });
        }
    }

    /** The endpoint closed a connection that had been idle for {@code age}, and was no probe. */
    void closed(long age, long nowNanos) {
        // Shorter ones are what a restart under load looks like; no such limit would be kept anyway.
        if (learning && age >= FLOOR_NANOS && age < mostNanos) {
            state.updateAndGet(was -> afterClose(was, age, nowNanos));
        }
    }

    /** Whether a connection that has reached the limit is to grow older, as the one probe of the endpoint. */
    boolean beginProbe(long nowNanos) {
        State was = state.get();
        boolean due = was.seen() != NONE && was.seen() <= was.announced() && !was.probing();
        return due && nowNanos - was.probeAt() >= 0 && state.compareAndSet(was, was.withProbing(true));
    }

    /** How old the probe shall become. */
    long probeNanos() {
        long seen = state.get().seen();
        return seen >= mostNanos / 2 ? mostNanos : seen * 2;
    }

    /** The probe is as old as it should become, and still open. */
    void probeSurvived(long nowNanos) {
        state.updateAndGet(was -> {
            long doubled = was.seen() >= mostNanos / 2 ? NONE : was.seen() * 2;
            return was.withSeen(doubled, was.pause(), nowNanos);
        });
    }

    /** The endpoint closed the probe at {@code age}. */
    void probeClosed(long age, long nowNanos) {
        state.updateAndGet(was -> {
            long pause = Math.min(LONGEST_PAUSE_NANOS, was.pause() * 2);
            boolean grown = was.seen() != NONE && age > was.seen();
            return was.withSeen(grown ? age : was.seen(), pause, nowNanos + pause);
        });
    }

    /** The probe was given up for another reason. */
    void probeEnded(long nowNanos) {
        state.updateAndGet(was -> was.withSeen(was.seen(), was.pause(), nowNanos + was.pause()));
    }

    private static State afterClose(State was, long age, long now) {
        if (age >= was.seen()) {
            return was;
        }
        if (was.seen() != NONE && age >= was.seen() / 10 * 9) {
            return new State(age, was.announced(), was.hint(), was.hintAt(), was.pause(), was.probeAt(), was.probing());
        }
        if (was.hint() == 0 || Math.abs(was.hint() - age) > Math.max(was.hint(), age) / 4) {
            return was.withHint(age, now);
        }
        if (now - was.hintAt() < age) {
            // Connections that were idle together, and end together: it restarts, perhaps.
            return was;
        }
        long first = Math.min(LONGEST_PAUSE_NANOS, age * PAUSE_IN_AGES);
        long pause = Math.max(first, Math.min(LONGEST_PAUSE_NANOS, was.pause() * 2));
        State learned = was.withSeen(Math.min(age, was.hint()), pause, now + pause);
        return learned.withProbing(was.probing());
    }
}

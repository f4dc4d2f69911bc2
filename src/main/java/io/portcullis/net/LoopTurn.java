package io.portcullis.net;

import java.util.ArrayList;

/**
 * An event loop's handling of one batch of events: the time is read seldom, and what is flushed leaves at the end.
 *
 * <p>A batch may be long: a thousand handshakes at once are one. So that nobody's answer waits for all of it, what waits leaves between
 * two events as soon as {@link #PATIENCE_NANOS} have gone by: it is late by that and one event's work at most.
 */
@OnLoop
final class LoopTurn {
    /** Longer than what a usual batch takes. */
    static final long PATIENCE_NANOS = 1_000_000;

    private final LoopClock clock;
    private final ArrayList<LateFlush> late = new ArrayList<>();
    private long sinceNanos;
    private boolean on;

    LoopTurn(LoopClock clock) {
        this.clock = clock;
    }

    /** That of the loop whose thread asks; elsewhere one that never begins. */
    static LoopTurn ofThread() {
        return Thread.currentThread() instanceof LoopThread loop ? loop.turn() : new LoopTurn(new LoopClock());
    }

    void begins() {
        on = true;
        clock.turnBegins();
    }

    /**
     * One event of the batch is next.
     *
     * @param lasts whether the connection is still there behind it: where the other side has hung up, Netty may close the connection past
     *     all of its handlers, with what waits. Nothing waits then.
     */
    void eventBegins(boolean lasts) {
        if (!lasts) {
            leave();
            on = false;
        }
    }

    /** One event of the batch was handled. */
    void eventOver() {
        on = true;
        if (!late.isEmpty() && clock.readAnew() - sinceNanos >= PATIENCE_NANOS) {
            leave();
        }
    }

    /** The batch was handled. */
    void ends() {
        leave();
        clock.turnEnds();
        on = false;
    }

    boolean isOn() {
        return on;
    }

    /** {@code one} leaves at the end of this turn, or before. */
    void atEnd(LateFlush one) {
        if (late.isEmpty()) {
            sinceNanos = clock.now();
        }
        late.add(one);
    }

    /** Sends what waits, and what this makes others flush. */
    private void leave() {
        for (int i = 0; i < late.size(); i++) {
            late.get(i).leave();
        }
        late.clear();
    }
}

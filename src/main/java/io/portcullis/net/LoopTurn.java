package io.portcullis.net;

import java.util.ArrayList;

/** An event loop's handling of one batch of events: the time is read seldom, and what is flushed leaves at the end. */
@OnLoop
final class LoopTurn {
    private final LoopClock clock;
    private final ArrayList<LateFlush> late = new ArrayList<>();
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

    /** Sends what waits, and what this makes others flush. */
    void ends() {
        for (int i = 0; i < late.size(); i++) {
            late.get(i).leave();
        }
        late.clear();
        clock.turnEnds();
        on = false;
    }

    boolean isOn() {
        return on;
    }

    /** {@code one} leaves at the end of this turn. */
    void atEnd(LateFlush one) {
        late.add(one);
    }
}

package io.portcullis.net;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The coarse clock of one event loop: every connection's next deadline, looked at ten times a second.
 *
 * <p>Setting a deadline is one field write in the connection itself; no timer is made or cancelled for an exchange. A deadline is
 * noticed at most {@link #TICK_MILLIS} late, and early by no more than a {@link LoopClock} is late. The price is one comparison for each open connection and tick.
 */
@OnLoop
public final class Deadlines {
    /** Time between two looks. */
    public static final long TICK_MILLIS = 100;

    private final EventExecutor loop;
    private final ArrayList<Deadline> watched = new ArrayList<>();
    private @Nullable ScheduledFuture<?> tick;

    public Deadlines(EventExecutor loop) {
        this.loop = loop;
    }

    /** Begins to look at {@code one}. */
    public void add(Deadline one) {
        assert loop.inEventLoop();
        assert one.slot < 0;
        one.slot = watched.size();
        watched.add(one);
        if (tick == null) {
            tick = loop.scheduleWithFixedDelay(this::look, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Stops looking at {@code one}; harmless where it is not looked at. */
    public void remove(Deadline one) {
        assert loop.inEventLoop();
        if (one.slot < 0) {
            return;
        }
        Deadline last = watched.removeLast();
        if (last != one) {
            watched.set(one.slot, last);
            last.slot = one.slot;
        }
        one.slot = -1;
        if (watched.isEmpty() && tick != null) {
            tick.cancel(false);
            tick = null;
        }
    }

    /** Things looked at. */
    public int size() {
        return watched.size();
    }

    /** From the last to the first, so that a callback may remove itself: the one that takes its place was looked at already. */
    private void look() {
        long now = System.nanoTime();
        for (int i = watched.size() - 1; i >= 0; i--) {
            if (i < watched.size()) {
                watched.get(i).look(now);
            }
        }
    }
}

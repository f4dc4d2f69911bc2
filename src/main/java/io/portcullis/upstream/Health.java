package io.portcullis.upstream;

import io.portcullis.config.HealthConfig;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Whether an endpoint is asked, in one upstream: by what becomes of its requests, and by its checks.
 *
 * <pre>
 * well ──ejected──▶ out, for a time that doubles ──time over──▶ slow start ──▶ well
 * well ──fall checks fail──▶ down ──rise checks pass──▶ slow start ──▶ well
 * </pre>
 *
 * Safe for any thread: atomics; one loop's finding holds for all.
 */
public final class Health {
    private static final int FULL = 100;
    private static final int FIRST_SHARE = 10;

    private final HealthConfig config;
    private final Chance chance;
    private final FailureCount failures;
    private final Pace pace;
    private final AtomicLong outUntil = new AtomicLong();
    private volatile long outEnded;
    private volatile int times;
    private volatile @Nullable String outFor;
    private volatile boolean down;
    private volatile Checked checked = Checked.NEVER;
    private volatile long backSince;
    private volatile boolean failing;

    Health(HealthConfig config, Chance chance) {
        this.config = config;
        this.chance = chance;
        this.failures = new FailureCount(config.ejection());
        this.pace = new Pace(config.ejection());
    }

    /** Its share in percent: 100 where all is well, 0 where it is not asked, in between while it starts slowly. */
    public int percent() {
        if (down) {
            return 0;
        }
        long until = outUntil.get();
        if (until != 0) {
            if (chance.now() - until < 0) {
                return 0;
            }
            comeBack(until);
        }
        long since = backSince;
        return since == 0 ? FULL : rising(since);
    }

    public boolean isAvailable() {
        return percent() > 0;
    }

    /** Whether it is left out for what became of its requests. */
    public boolean isEjected() {
        long until = outUntil.get();
        return until != 0 && chance.now() - until < 0;
    }

    /** Whether its checks fail. */
    public boolean isDown() {
        return down;
    }

    /** Nanoseconds until it is asked again; 0 where it is not ejected. */
    public long outNanos() {
        long until = outUntil.get();
        return until == 0 ? 0 : Math.max(0, until - chance.now());
    }

    /** Why it was ejected last; null where it never was. */
    public @Nullable String outFor() {
        return outFor;
    }

    /** Why it is left out now, for people; null where it is not. */
    public @Nullable String reason() {
        if (isDown()) {
            return "check: " + checked.reason();
        }
        return isEjected() ? outFor : null;
    }

    /** Failures since the last success. */
    public int failuresInARow() {
        return failures.inARow();
    }

    /** How fast it answers. */
    Pace pace() {
        return pace;
    }

    /** Whether it failed so much that it is to be ejected, though it may not be, and nothing has succeeded since. */
    public boolean isFailing() {
        return failing;
    }

    void succeeded() {
        if (failing) {
            failing = false;
        }
        failures.succeeded(chance.now());
    }

    /** A request failed by its fault; says why it should be ejected, null where it need not. */
    @Nullable
    String failed() {
        String why = failures.failed(chance.now());
        if (why != null) {
            failing = true;
        }
        return outUntil.get() == 0 ? why : null;
    }

    /** Leaves it out, for twice as long as the last time. */
    void eject(String why) {
        long now = chance.now();
        long longest = config.ejection().longest().toNanos();
        int before = now - outEnded > longest ? 0 : times;
        long time = Math.min(longest, config.ejection().time().toNanos() << Math.min(before, 20));
        long until = now + time == 0 ? 1 : now + time;
        if (outUntil.compareAndSet(0, until)) {
            times = before + 1;
            outFor = why;
        }
    }

    /** What its checks found; {@link Checked#NEVER} where there are none, or the first one still runs. */
    public Checked checked() {
        return checked;
    }

    /** A check is over; true where the endpoint went down by it. */
    boolean checked(Checked next) {
        boolean wasDown = down;
        checked = next;
        if (wasDown && next.up()) {
            beginSlowly();
        }
        down = !next.up();
        return down && !wasDown;
    }

    private void comeBack(long until) {
        if (outUntil.compareAndSet(until, 0)) {
            outEnded = until;
            beginSlowly();
        }
    }

    private void beginSlowly() {
        long now = chance.now();
        backSince = config.slowStart().isZero() ? 0 : now == 0 ? 1 : now;
    }

    private int rising(long since) {
        long whole = config.slowStart().toNanos();
        long gone = chance.now() - since;
        if (gone >= whole) {
            backSince = 0;
            return FULL;
        }
        return Math.max(FIRST_SHARE, (int) (FULL * Math.max(0, gone) / whole));
    }
}

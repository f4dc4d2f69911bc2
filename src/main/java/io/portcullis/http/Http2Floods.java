package io.portcullis.http;

import io.portcullis.net.LoopClock;

/**
 * Ends a connection whose peer makes work out of proportion to what it asks for: each thing that is legal by itself has a budget for
 * a span of time, which useful traffic enlarges (CVE-2019-9511 to 9518, CVE-2023-44487, CVE-2025-8671).
 *
 * <p>The clock is looked at only where a budget is used up.
 */
@io.portcullis.net.OnLoop
final class Http2Floods {
    /** A budget is for this long. */
    private static final long SPAN_NANOS = 10_000_000_000L;

    /** Streams that the peer may reset, or make us reset, in a span: more than a browser that leaves a page full of pictures. */
    private static final int RESETS = 200;

    /** Frames that carry nothing, in a span, beside those that useful traffic explains. */
    private static final int CONTROLS = 1000;

    /** Control frames that one stream or one frame of data explains: windows of both kinds, and a ping to measure with. */
    private static final int CONTROLS_EACH = 4;

    /** Bytes of data that explain as many more: some clients tell their windows for every 4 KB, twice. */
    private static final int BYTES_EACH = 4096;

    /** Empty DATA frames that do not end a stream. */
    private static final int EMPTIES = 100;

    /** Answers to PING and SETTINGS that may wait for a peer that does not read. */
    private static final int ANSWERS = 1000;

    private long spanBegan = LoopClock.nanos();
    private long streams;
    private long useful;
    private int resets;
    private int madeResets;
    private int controls;
    private int empties;
    private int answers;

    /** A stream was opened. */
    void stream() {
        streams++;
        useful++;
    }

    /** So many bytes of data moved, either way. */
    void useful(int bytes) {
        useful += 1 + bytes / BYTES_EACH;
    }

    /** The peer reset a stream: many are bearable where they are the lesser part of what it opened. */
    void reset() throws Http2Violation {
        if (++resets > RESETS && isQuick() && resets > streams / 2) {
            throw Http2Violation.flood("rapid_reset", resets + " streams reset of " + streams);
        }
    }

    /** The peer made us reset a stream. */
    void madeReset() throws Http2Violation {
        if (++madeResets > RESETS && isQuick() && madeResets > streams / 2) {
            throw Http2Violation.flood("made_reset", madeResets + " streams that had to be reset, of " + streams);
        }
    }

    /** A frame that carries nothing: {@code kind} is its word in the meter. */
    void control(String kind) throws Http2Violation {
        if (++controls > CONTROLS && isQuick() && controls / CONTROLS_EACH > useful) {
            throw Http2Violation.flood(kind, controls + " control frames, the last of them " + kind);
        }
    }

    /** A DATA frame without data that does not end its stream. */
    void empty() throws Http2Violation {
        if (++empties > EMPTIES && isQuick()) {
            throw Http2Violation.flood("empty_data", empties + " empty DATA frames");
        }
    }

    /** An answer was written; {@code flushed} says whether the socket takes bytes. */
    void answer(boolean flushed) throws Http2Violation {
        answers = flushed ? 0 : answers + 1;
        if (answers > ANSWERS) {
            throw Http2Violation.flood("answers_unread", answers + " answers to PING and SETTINGS that nobody reads");
        }
    }

    /** Whether the budget was used up within its span; else a new span begins, in which what was earned before does not count. */
    private boolean isQuick() {
        long now = LoopClock.nanos();
        if (now - spanBegan < SPAN_NANOS) {
            return true;
        }
        spanBegan = now;
        streams = 0;
        useful = 0;
        resets = 0;
        madeResets = 0;
        controls = 0;
        empties = 0;
        return false;
    }
}

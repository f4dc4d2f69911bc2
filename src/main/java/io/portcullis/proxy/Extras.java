package io.portcullis.proxy;

import io.portcullis.http.Fields;
import io.portcullis.http.RequestHead;
import io.portcullis.telemetry.AccessRecord;
import io.portcullis.telemetry.ExchangeEvent;
import org.jspecify.annotations.Nullable;

/** What few flights carry: those whose route changes, splits or copies, whose upstream hedges, and those that are traced or recorded. */
@io.portcullis.net.OnLoop
final class Extras {
    private @Nullable RequestHead outbound;
    private @Nullable String cookie;
    private @Nullable MirrorCopy copy;
    private @Nullable Hedge hedge;
    private @Nullable Journey journey;
    private @Nullable ExchangeEvent event;

    /** What endpoints are sent in place of the head as it came. */
    void outbound(RequestHead head) {
        outbound = head;
    }

    @Nullable
    RequestHead outbound() {
        return outbound;
    }

    /** What the response is to have in {@code Set-Cookie}. */
    void cookie(String line) {
        cookie = line;
    }

    /** Adds what the response is to have. */
    void give(Fields response) {
        if (cookie != null) {
            response.add("Set-Cookie", cookie);
        }
    }

    /** A copy of the request that waits for its body. */
    void copy(MirrorCopy begun) {
        copy = begun;
    }

    @Nullable
    MirrorCopy copy() {
        return copy;
    }

    /** Its part in a trace. */
    void journey(Journey begun) {
        journey = begun;
    }

    @Nullable
    Journey journey() {
        return journey;
    }

    /** A recording wants to hear of it. */
    void event(ExchangeEvent begun) {
        event = begun;
    }

    /** Whether somebody waits for {@link #over}. */
    boolean isWatched() {
        return journey != null && journey.isRecorded() || event != null;
    }

    /** Tells those who watch. */
    void over(AccessRecord record, @Nullable Way way, long nanos) {
        if (journey != null && journey.isRecorded()) {
            journey.end(record, way, nanos);
        }
        if (event != null) {
            event.over(record);
        }
    }

    void hedge(Hedge begun) {
        hedge = begun;
    }

    /** The race of its tries; null where there cannot be one. */
    @Nullable
    Hedge hedge() {
        return hedge;
    }

    /** The flight is over. */
    void end() {
        if (copy != null) {
            copy.giveUp();
        }
    }
}

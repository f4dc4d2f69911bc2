package io.portcullis.proxy;

import io.portcullis.http.Fields;
import io.portcullis.http.RequestHead;
import org.jspecify.annotations.Nullable;

/** What few flights carry: those whose route changes, splits or copies, or whose upstream hedges. */
@io.portcullis.net.OnLoop
final class Extras {
    private @Nullable RequestHead outbound;
    private @Nullable String cookie;
    private @Nullable MirrorCopy copy;
    private @Nullable Hedge hedge;

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

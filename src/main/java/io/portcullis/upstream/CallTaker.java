package io.portcullis.upstream;

import io.portcullis.net.Failure;
import io.portcullis.net.Peer;
import org.jspecify.annotations.Nullable;

/** Waits for a connection to an endpoint; hears exactly one of the two, once, on its loop. */
public interface CallTaker {
    /** A connection is there; the call must be sent or released. */
    void ready(Call call);

    /** None could be had. */
    void refused(Failure why);

    /** Whose request it is; null for one of ours. */
    default @Nullable Peer client() {
        return null;
    }

    /** Whether a connection is wanted for calls that come later: it goes to its pool, and only {@link #refused} is told. */
    default boolean isForLater() {
        return false;
    }

    /** Whether it has lost interest: it is skipped then, and hears nothing. */
    boolean isGone();
}

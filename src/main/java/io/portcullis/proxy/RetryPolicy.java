package io.portcullis.proxy;

import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;

/**
 * Says whether a failed try may be followed by another (rules R01 to R05).
 *
 * <pre>
 * what happened                                         then
 * nothing reached the endpoint                          another endpoint, any method
 * the endpoint turned the stream away (HTTP/2)          another endpoint, or the same where there is none, any method
 * a pooled connection was closed before a first byte    once more on a new connection, idempotent methods only
 * anything else                                         no
 * </pre>
 *
 * In every case only while nothing of the request's body has been taken from the client.
 */
final class RetryPolicy {
    /** Tries for one request, the first included. */
    static final int MAX_TRIES = 3;

    /** What to do after a failed try. */
    enum Decision {
        GIVE_UP,
        /** The endpoint is left out. */
        ANOTHER_ENDPOINT,
        /** The same endpoint is as good where there is no other. */
        ANYWHERE,
        /** The endpoint was not at fault. */
        NEW_CONNECTION;

        /** Whether the endpoint is left out, as long as there are others. */
        boolean isElsewhere() {
            return this == ANOTHER_ENDPOINT || this == ANYWHERE;
        }

        /** Whether the same endpoint may be asked again. */
        boolean allowsSame() {
            return this == NEW_CONNECTION || this == ANYWHERE;
        }
    }

    private RetryPolicy() {}

    /** @param stale whether the try used a pooled connection on which nothing came back, not even an interim response */
    static Decision after(Failure why, RequestHead head, int tries, boolean stale, boolean bodyTaken) {
        if (bodyTaken || tries >= MAX_TRIES) {
            return Decision.GIVE_UP;
        }
        if (why.untouched() && why.kind() == FailureKind.UPSTREAM_CLOSED) {
            return Decision.ANYWHERE;
        }
        if (why.untouched() && why.kind() != FailureKind.NO_FREE_CONNECTION) {
            return Decision.ANOTHER_ENDPOINT;
        }
        boolean again = stale && why.kind() == FailureKind.UPSTREAM_CLOSED && head.isIdempotent();
        return again ? Decision.NEW_CONNECTION : Decision.GIVE_UP;
    }
}

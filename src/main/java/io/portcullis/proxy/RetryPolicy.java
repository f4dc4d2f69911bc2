package io.portcullis.proxy;

import io.portcullis.config.RetryConfig;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;

/**
 * Says whether a failed try may be followed by another (rules R01 to R05).
 *
 * <pre>
 * what happened                                           then
 * nothing reached the endpoint                (connect)   another endpoint, any method
 * the endpoint turned the stream away (HTTP/2, connect)   another endpoint, or the same where there is none, any method
 * a pooled connection was closed before a first byte      once more on a new connection, idempotent methods only
 * a new one was                               (closed)    another endpoint, idempotent methods only, from the budget
 * no answer came in time                      (timeout)   the same
 * one of the statuses came                    (503 …)     the same; where it cannot be, the client gets the answer
 * anything else                                           no
 * </pre>
 *
 * In every case only while nothing of the request's body has been taken from the client, and nothing of a response has come.
 */
final class RetryPolicy {
    /** What to do after a failed try. */
    enum Decision {
        GIVE_UP,
        /** The endpoint is left out. */
        ANOTHER_ENDPOINT,
        /** The same endpoint is as good where there is no other. */
        ANYWHERE,
        /** The endpoint was not at fault. */
        NEW_CONNECTION,
        /** Another endpoint, but the request may have been worked on: the budget must have room for it. */
        SEND_AGAIN
    }

    /**
     * What is known of the failed try.
     *
     * @param tries so far, this one included
     * @param stale whether it used a pooled connection on which nothing came back, not even an interim response
     * @param heard whether an interim response came
     * @param bodyTaken whether something of the request's body was taken from the client
     */
    record Seen(int tries, boolean stale, boolean heard, boolean bodyTaken) {}

    private RetryPolicy() {}

    static Decision after(RetryConfig config, Failure why, RequestHead head, Seen seen) {
        if (seen.bodyTaken || seen.tries > config.most()) {
            return Decision.GIVE_UP;
        }
        if (why.untouched()) {
            if (!config.connect() || why.kind() == FailureKind.NO_FREE_CONNECTION) {
                return Decision.GIVE_UP;
            }
            return why.kind() == FailureKind.UPSTREAM_CLOSED ? Decision.ANYWHERE : Decision.ANOTHER_ENDPOINT;
        }
        if (seen.heard || !head.isIdempotent()) {
            return Decision.GIVE_UP;
        }
        if (why.kind() == FailureKind.UPSTREAM_CLOSED && seen.stale) {
            return Decision.NEW_CONNECTION;
        }
        boolean again = why.kind() == FailureKind.UPSTREAM_CLOSED && config.closed()
                || why.kind() == FailureKind.FIRST_BYTE_TIMEOUT && config.timeout();
        return again ? Decision.SEND_AGAIN : Decision.GIVE_UP;
    }

    /** Whether an endpoint's answer may be left for another endpoint's, from the budget. */
    static boolean afterStatus(RetryConfig config, int status, RequestHead head, Seen seen) {
        return config.statuses().contains(status)
                && head.isIdempotent()
                && !head.isUpgrade()
                && !seen.bodyTaken
                && !seen.heard
                && seen.tries <= config.most();
    }
}

package io.portcullis.upstream;

import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.time.Duration;

/**
 * What an endpoint can do wrong on a connection, as failures.
 *
 * @param name the endpoint's
 */
record EndpointFaults(String name) {
    /**
     * It is gone.
     *
     * @param how what it did, after its name
     */
    Failure closed(String how, boolean withinResponse, boolean withinHead) {
        if (withinResponse) {
            return Failure.of(FailureKind.RESPONSE_INCOMPLETE, name + " " + how + " within its response");
        }
        return withinHead
                ? Failure.of(FailureKind.RESPONSE_INCOMPLETE, name + " " + how + " within a response's head")
                : Failure.of(FailureKind.UPSTREAM_CLOSED, name + " " + how + " without a response");
    }

    /**
     * A stream ended before its time.
     *
     * @param byPeer whether the endpoint said so, or went away; else it broke a rule
     * @param processed whether it may have acted on the request (RFC 9113 §8.7)
     */
    Failure reset(boolean byPeer, boolean processed, boolean withinResponse, String detail) {
        String what = name + ": " + detail;
        if (!processed) {
            return Failure.untouched(FailureKind.UPSTREAM_CLOSED, what);
        }
        if (!byPeer) {
            return Failure.of(FailureKind.BAD_RESPONSE, what);
        }
        return Failure.of(withinResponse ? FailureKind.RESPONSE_INCOMPLETE : FailureKind.UPSTREAM_CLOSED, what);
    }

    Failure noHead(Duration limit) {
        return Failure.of(
                FailureKind.FIRST_BYTE_TIMEOUT, name + " sent no response within " + limit.toMillis() + " ms");
    }

    Failure silent(Duration limit) {
        return Failure.of(
                FailureKind.RESPONSE_BODY_TIMEOUT,
                name + " sent nothing more of its response for " + limit.toMillis() + " ms");
    }

    Failure unread(Duration limit) {
        return Failure.of(
                FailureKind.REQUEST_WRITE_TIMEOUT,
                name + " read nothing of the request for " + limit.toMillis() + " ms");
    }
}

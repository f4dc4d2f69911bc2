package io.portcullis.proxy;

import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import org.jspecify.annotations.Nullable;

/** Responses that no client could be given, whatever else they say. */
final class UnfitResponse {
    private UnfitResponse() {}

    /** Why {@code head} is none for the client who asked; null where it is fit. */
    static @Nullable Failure why(RequestHead asked, ResponseHead head) {
        if (head.status() == 407) {
            // It asks us, not the client, for credentials (rule H02).
            return Failure.of(FailureKind.BAD_RESPONSE, "the endpoint asks the proxy for credentials (407)");
        }
        if (asked.isUpgrade() && asked.protocol() == Protocol.HTTP_2 && head.status() / 100 == 2) {
            // Over HTTP/2 it would say that the tunnel stands (RFC 8441 §5, rule E03).
            return Failure.of(FailureKind.BAD_RESPONSE, "no 101 but " + head.status() + " to a request for WebSocket");
        }
        return null;
    }
}

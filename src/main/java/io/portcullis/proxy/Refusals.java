package io.portcullis.proxy;

import io.portcullis.http.ClientConnection;
import io.portcullis.http.Exchange;
import io.portcullis.http.Forwarding;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import org.jspecify.annotations.Nullable;

/** Which requests are turned away before anyone asks for their route. */
final class Refusals {
    private Refusals() {}

    /**
     * Null where the request may go on.
     *
     * @param routed whether routes decide, which may have a policy of their own for odd paths
     */
    static @Nullable Failure of(Exchange exchange, Forwarding forwarding, boolean routed) {
        return exchange.fault() != null ? exchange.fault() : of(exchange.client(), exchange.head(), forwarding, routed);
    }

    /** The same for a request that could be read. */
    static @Nullable Failure of(ClientConnection client, RequestHead head, Forwarding forwarding, boolean routed) {
        if (!client.serves(head.authority())) {
            // The one place that knows, whatever protocol the request came by (rules P05, P07, T24).
            return Failure.of(
                    FailureKind.MISDIRECTED_REQUEST,
                    "this host's TLS terms are others than the connection's handshake met");
        }
        if (head.method().equals("CONNECT") || head.method().equals("TRACE")) {
            return Failure.of(FailureKind.METHOD_REFUSED, head.method());
        }
        if (!routed && head.target().shape() == RequestTarget.Shape.RESOLVED) {
            return Failure.of(FailureKind.BAD_REQUEST, "dot segments in the path");
        }
        String expectation = head.expectation();
        if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
            return Failure.of(FailureKind.UNKNOWN_EXPECTATION, "Expect is not 100-continue");
        }
        if (forwarding.isLoop(head)) {
            return Failure.of(FailureKind.LOOP_DETECTED, "Via names " + forwarding.via() + " already");
        }
        return null;
    }
}

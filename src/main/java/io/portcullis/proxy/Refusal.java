package io.portcullis.proxy;

import io.portcullis.http.Exchange;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import org.jspecify.annotations.Nullable;

/** What is refused before any route is asked. */
final class Refusal {
    private Refusal() {}

    /** @param routed whether routes decide, which may have a policy of their own for odd paths */
    static @Nullable Failure of(Exchange exchange, Routing routing, boolean routed) {
        if (exchange.fault() != null) {
            return exchange.fault();
        }
        RequestHead head = exchange.head();
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
        if (routing.forwarding().isLoop(head)) {
            return Failure.of(
                    FailureKind.LOOP_DETECTED,
                    "Via names " + routing.forwarding().via() + " already");
        }
        return null;
    }
}

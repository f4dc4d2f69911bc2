package io.portcullis.proxy;

import io.portcullis.http.Exchange;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Failure;
import io.portcullis.telemetry.AccessRecord;
import io.portcullis.telemetry.Protocol;
import org.jspecify.annotations.Nullable;

/** Makes the access log's entry of a flight that is over. */
final class Entries {
    private Entries() {}

    static AccessRecord of(Flight flight, Protocol protocol, long totalNanos) {
        Exchange exchange = flight.exchange();
        Attempt attempt = flight.attempt();
        return new AccessRecord(
                exchange.client().peer().told(flight.forwarded().client()),
                request(flight, protocol, attempt == null ? 0 : attempt.bytesSent()),
                new AccessRecord.Answer(flight.status(), flight.bytesOut(), totalNanos),
                hop(flight, attempt),
                ending(flight.failure()));
    }

    static Protocol protocol(io.portcullis.http.Protocol protocol) {
        return switch (protocol) {
            case HTTP_1_0 -> Protocol.HTTP_1_0;
            case HTTP_1_1 -> Protocol.HTTP_1_1;
            case HTTP_2 -> Protocol.HTTP_2;
        };
    }

    private static AccessRecord.Request request(Flight flight, Protocol protocol, long bytesIn) {
        Exchange exchange = flight.exchange();
        RequestHead head = exchange.head();
        String host = head.authority().text();
        return new AccessRecord.Request(
                flight.beganMillis(),
                flight.id(),
                protocol,
                head.method(),
                exchange.client().peer().scheme(),
                host.isEmpty() ? null : host,
                head.target().text(),
                head.fields().first("user-agent"),
                head.fields().first("referer"),
                bytesIn);
    }

    private static AccessRecord.Hop hop(Flight flight, @Nullable Attempt attempt) {
        Way way = flight.way();
        if (way == null) {
            return AccessRecord.Hop.NONE;
        }
        String upstream = flight.upstream() == null ? null : flight.upstream().name();
        if (attempt == null) {
            return new AccessRecord.Hop(way.route().name(), upstream, null, -1, -1, flight.tries());
        }
        return new AccessRecord.Hop(
                way.route().name(),
                upstream,
                attempt.member().endpoint().name(),
                attempt.connectNanos(),
                attempt.times().firstByteNanos(),
                flight.tries());
    }

    private static AccessRecord.Ending ending(@Nullable Failure failure) {
        return failure == null
                ? AccessRecord.Ending.OK
                : new AccessRecord.Ending(
                        failure.kind().tag(), failure.kind().side().tag(), failure.detail());
    }
}

package io.portcullis.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** What one route counts. Safe for any thread: adders. */
public final class RouteMeters {
    private final LongAdder inFlight = new LongAdder();
    private final StatusCounters http10;
    private final StatusCounters http11;
    private final StatusCounters http2;
    private final Timer duration;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final TaggedCounters copies;

    RouteMeters(MeterGroup group) {
        http10 = new StatusCounters(group, MeterName.REQUESTS, Protocol.HTTP_1_0.tag());
        http11 = new StatusCounters(group, MeterName.REQUESTS, Protocol.HTTP_1_1.tag());
        http2 = new StatusCounters(group, MeterName.REQUESTS, Protocol.HTTP_2.tag());
        duration = group.timer(MeterName.REQUEST_DURATION);
        group.gauge(MeterName.REQUESTS_IN_FLIGHT, inFlight::sum);
        bytesIn = group.counter(MeterName.REQUEST_BYTES);
        bytesOut = group.counter(MeterName.RESPONSE_BYTES);
        copies = new TaggedCounters(group, MeterName.MIRROR_REQUESTS);
    }

    /** An exchange took this route; {@link #finished} is due once. */
    public void began() {
        inFlight.increment();
    }

    /**
     * An exchange that began is over.
     *
     * @param status what was sent to the client; 0 where nothing was
     * @param totalNanos from the request's first byte to the response's last
     * @param bytesIn content bytes of the request
     * @param bytesOut content bytes of the response
     */
    public void finished(Protocol protocol, int status, long totalNanos, long bytesIn, long bytesOut) {
        inFlight.decrement();
        requests(protocol).increment(status);
        duration.record(totalNanos, TimeUnit.NANOSECONDS);
        if (bytesIn > 0) {
            this.bytesIn.increment((double) bytesIn);
        }
        if (bytesOut > 0) {
            this.bytesOut.increment((double) bytesOut);
        }
    }

    /** A request was copied for a mirror, or was not; the result is one of the words of {@link MeterName#MIRROR_REQUESTS}. */
    public void mirrored(String result) {
        copies.increment(result);
    }

    private StatusCounters requests(Protocol protocol) {
        return switch (protocol) {
            case HTTP_1_0 -> http10;
            case HTTP_1_1 -> http11;
            case HTTP_2 -> http2;
        };
    }
}

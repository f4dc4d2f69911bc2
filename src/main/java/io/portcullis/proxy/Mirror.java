package io.portcullis.proxy;

import io.portcullis.config.MirrorConfig;
import io.portcullis.http.RequestHead;
import io.portcullis.telemetry.RouteMeters;
import io.portcullis.upstream.Upstream;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Copies some of a route's requests to another upstream, as many at once as it may. Safe for any thread. */
public final class Mirror {
    private final MirrorConfig config;
    private final Upstream upstream;
    private final RouteMeters meters;
    private final AtomicInteger underWay = new AtomicInteger();

    public Mirror(MirrorConfig config, Upstream upstream, RouteMeters meters) {
        this.config = config;
        this.upstream = upstream;
        this.meters = meters;
    }

    /** A request goes on its way: begins its copy, where it is to have one. Nothing of this reaches the request. */
    void consider(Flight flight) {
        RequestHead head = Departure.outbound(flight);
        if (head.isUpgrade()
                || !config.methods().contains(head.method())
                || ThreadLocalRandom.current().nextInt(100) >= config.percent()) {
            return;
        }
        if (head.bodyLength() > config.maxBody()) {
            meters.mirrored("body");
        } else if (underWay.incrementAndGet() > config.maxInFlight()) {
            underWay.decrementAndGet();
            meters.mirrored("busy");
        } else {
            MirrorCopy copy = new MirrorCopy(this, flight);
            if (head.bodyLength() == 0) {
                copy.send();
            } else {
                flight.extras().copy(copy);
            }
        }
    }

    Upstream upstream() {
        return upstream;
    }

    int maxBody() {
        return config.maxBody();
    }

    /** A copy that began is over. */
    void over(String result) {
        underWay.decrementAndGet();
        meters.mirrored(result);
    }
}

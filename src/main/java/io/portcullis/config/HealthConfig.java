package io.portcullis.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When an endpoint is left out.
 *
 * @param ejection by what becomes of requests
 * @param check by asking it; null: nobody asks
 * @param slowStart how long an endpoint that comes back takes to get its full share; zero: at once
 */
public record HealthConfig(Ejection ejection, @Nullable Check check, Duration slowStart) {
    /**
     * Leaving out an endpoint that fails requests. What a client caused counts neither way.
     *
     * @param failures in a row that are enough, 1 to 1000; 0: any number is borne
     * @param ratioPercent of the requests of one window that fail and are enough, 1 to 100; 0: any share is borne
     * @param minRequests fewer in a window say nothing about a ratio, 1 to 100000
     * @param window 1 s to 10 min
     * @param statuses answers that count as failures, 500 to 599
     * @param time how long it is left out at first, 100 ms to 1 h; twice as long each next time
     * @param longest at most, 100 ms to 1 d; one that was well for as long begins anew
     * @param mostPercent of the endpoints that may be left out for this, 1 to 100: one may be always, the last never
     * @param slowFactor times the median of all endpoints' times that are too slow, 2 to 100; 0: any time is borne
     */
    public record Ejection(
            int failures,
            int ratioPercent,
            int minRequests,
            Duration window,
            List<Integer> statuses,
            Duration time,
            Duration longest,
            int mostPercent,
            int slowFactor) {}

    /**
     * Asking an endpoint again and again whether it is well.
     *
     * @param by what is asked
     * @param service the gRPC service that is asked about; empty: all of the server
     * @param path what is asked for
     * @param host what {@code Host} says; null: the endpoint's address
     * @param minStatus the lowest status that is well, 100 to 599
     * @param maxStatus the highest
     * @param body what the first 64 KiB of the answer must contain; null: anything goes
     * @param interval between two checks, 100 ms to 1 h, a tenth more or less by chance
     * @param timeout for one check, its connection included, 10 ms to 1 min
     * @param rise checks that must pass in a row before it is asked again, 1 to 100
     * @param fall checks that must fail in a row before it is not, 1 to 100
     */
    public record Check(
            By by,
            String service,
            String path,
            @Nullable String host,
            int minStatus,
            int maxStatus,
            @Nullable String body,
            Duration interval,
            Duration timeout,
            int rise,
            int fall) {
        /** What one check asks. */
        public enum By {
            /** A request. */
            HTTP,
            /** A connection that can be made is enough. */
            TCP,
            /** A TLS handshake is enough. */
            TLS,
            /** The method Check of grpc.health.v1.Health. */
            GRPC
        }
    }
}

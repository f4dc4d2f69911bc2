package io.portcullis.proxy;

import io.portcullis.config.RouteConfig;
import io.portcullis.http.ClaimedNames;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import io.portcullis.net.LoopClock;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The time that a route, or a gRPC client, gives an exchange, from its head to its last byte; a tunnel that comes of it has limits of its own. */
@io.portcullis.net.OnLoop
final class TotalLimit {
    private final Loop loop;
    private final Deadline deadline;

    private final long limitNanos;
    private final long endNanos;
    private final @Nullable String asked;
    private final boolean shortened;

    /**
     * @param asked what a gRPC client said in grpc-timeout; null where that is not told of
     * @param shortened whether that is more than it gets
     */
    private TotalLimit(Loop loop, Deadline deadline, Duration limit, @Nullable String asked, boolean shortened) {
        this.loop = loop;
        this.deadline = deadline;
        this.limitNanos = limit.toNanos();
        this.endNanos = LoopClock.nanos() + limitNanos;
        this.asked = asked;
        this.shortened = shortened;
    }

    /**
     * Begins to count.
     *
     * @param reached hears of it once, unless {@link #end} is called before
     * @return null where neither has a limit
     */
    static @Nullable TotalLimit begin(Loop loop, RouteConfig route, RequestHead head, Consumer<Failure> reached) {
        Duration ofRoute = route.totalTimeout();
        Duration ofClient = GrpcDeadline.of(head);
        boolean client = !ofClient.isZero() && (ofRoute.isZero() || ofClient.compareTo(ofRoute) < 0);
        Duration limit = client ? ofClient : ofRoute;
        if (limit.isZero()) {
            return null;
        }
        String whose = client ? "the client's grpc-timeout" : "the route's timeouts.total";
        Deadline deadline = new Deadline(() -> reached.accept(
                Failure.of(FailureKind.TOTAL_TIMEOUT, "not over within " + limit.toMillis() + " ms, " + whose)));
        deadline.in(limit);
        loop.deadlines().add(deadline);
        String asked = ofClient.isZero() ? null : GrpcDeadline.text(head);
        return new TotalLimit(loop, deadline, limit, asked, !client);
    }

    /**
     * {@code head} with the time that is left, where its client said how long it has: on each further try, where the route gives less, and
     * where a tenth of it is over. What the route's own request-headers set stays.
     *
     * @param number of the try, from 1
     */
    RequestHead told(RequestHead head, int number) {
        if (asked == null || !asked.equals(GrpcDeadline.text(head))) {
            return head;
        }
        long left = endNanos - LoopClock.nanos();
        boolean holds = number == 1 && !shortened && left > limitNanos / 10 * 9;
        return holds
                ? head
                : head.forwardedAs(head.target(), GrpcDeadline.with(head.fields(), left), ClaimedNames.NONE);
    }

    /** Stops {@code limit} counting, if there is one; harmless when it did. */
    static void end(@Nullable TotalLimit limit) {
        if (limit != null) {
            limit.deadline.clear();
            limit.loop.deadlines().remove(limit.deadline);
        }
    }
}

package io.portcullis.proxy;

import io.portcullis.config.RouteConfig;
import io.portcullis.http.RequestHead;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The time that a route, or a gRPC client, gives an exchange, from its head to its last byte; a tunnel that comes of it has limits of its own. */
@io.portcullis.net.OnLoop
final class TotalLimit {
    private final Loop loop;
    private final Deadline deadline;

    private TotalLimit(Loop loop, Deadline deadline) {
        this.loop = loop;
        this.deadline = deadline;
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
        return new TotalLimit(loop, deadline);
    }

    /** Stops counting; harmless when it did. */
    void end() {
        deadline.clear();
        loop.deadlines().remove(deadline);
    }
}

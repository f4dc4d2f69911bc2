package io.portcullis.proxy;

import io.portcullis.config.RouteConfig;
import io.portcullis.net.Deadline;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The time that a route gives an exchange, from its head to its last byte; a tunnel that comes of it has limits of its own. */
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
     * @return null where the route has no limit
     */
    static @Nullable TotalLimit begin(Loop loop, RouteConfig route, Consumer<Failure> reached) {
        Duration limit = route.totalTimeout();
        if (limit.isZero()) {
            return null;
        }
        Deadline deadline = new Deadline(() -> reached.accept(Failure.of(
                FailureKind.TOTAL_TIMEOUT, "not over within " + limit.toMillis() + " ms, the route's timeouts.total")));
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

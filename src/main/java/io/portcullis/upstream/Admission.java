package io.portcullis.upstream;

import io.portcullis.config.UpstreamConfig;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Whether one more exchange may go to an upstream: by {@code max-requests}, and by its adaptive limit. Safe for any thread: atomics. */
final class Admission {
    private final UpstreamConfig config;
    private final AtomicInteger underWay;
    private final @Nullable AdaptiveLimit adaptive;

    /** @param previous whose exchanges are under way still, and what was learned of latency, where the limit is the same; null: none */
    Admission(UpstreamConfig config, Chance chance, @Nullable Admission previous) {
        this.config = config;
        this.underWay = previous == null ? new AtomicInteger() : previous.underWay;
        AdaptiveLimit learned = previous == null ? null : previous.adaptive;
        if (config.adaptive() == null) {
            this.adaptive = null;
        } else if (learned != null && learned.config().equals(config.adaptive())) {
            this.adaptive = learned;
        } else {
            this.adaptive = new AdaptiveLimit(config.adaptive(), chance);
        }
    }

    /** Null where there is none. */
    @Nullable
    AdaptiveLimit adaptive() {
        return adaptive;
    }

    /** Why another may not; null where it may. */
    @Nullable
    Failure enter() {
        if (adaptive != null && adaptive.isFull()) {
            return Failure.untouched(
                    FailureKind.UPSTREAM_OVERLOADED,
                    adaptive.running() + " requests wait for answers of " + config.name() + ", whose adaptive limit is "
                            + adaptive.limit());
        }
        if (config.maxRequests() != 0 && underWay.incrementAndGet() > config.maxRequests()) {
            underWay.decrementAndGet();
            return Failure.untouched(
                    FailureKind.UPSTREAM_BUSY, config.maxRequests() + " exchanges are under way to " + config.name());
        }
        return null;
    }

    void leave() {
        if (config.maxRequests() != 0) {
            underWay.decrementAndGet();
        }
    }
}

package io.portcullis.telemetry;

import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log once that a collector takes nothing, and once that it does again. Safe for any thread. */
final class CollectorWatch {
    private static final Logger LOG = LoggerFactory.getLogger(CollectorWatch.class);

    private final String name;
    private final AtomicBoolean silent = new AtomicBoolean();

    /** @param name its key and address */
    CollectorWatch(String name) {
        this.name = name;
    }

    void refused(@Nullable Throwable why) {
        if (!silent.getAndSet(true)) {
            LOG.warn("{}: the collector takes nothing, requests go on: {}", name, reason(why));
        }
    }

    void took() {
        if (silent.getAndSet(false)) {
            LOG.info("{}: the collector takes what it is sent again", name);
        }
    }

    /** The innermost message that says something: that is what the operator can act on. */
    private static String reason(@Nullable Throwable why) {
        String said = "it gave no reason";
        for (Throwable each = why; each != null; each = each.getCause()) {
            String message = each.getMessage();
            if (each instanceof ConnectException) {
                // The JDK's HTTP client says no more, and its cause (a closed channel) would mislead.
                return message == null ? "cannot connect" : message;
            }
            said = message == null || message.isBlank() ? each.getClass().getSimpleName() : message;
        }
        return said;
    }
}

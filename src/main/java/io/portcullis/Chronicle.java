package io.portcullis;

import io.portcullis.config.AccessLogConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.TracingConfig;
import io.portcullis.proxy.FlightRecorder;
import io.portcullis.proxy.Scribes;
import io.portcullis.telemetry.AccessLog;
import io.portcullis.telemetry.Meters;
import io.portcullis.telemetry.Tracing;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Who writes down exchanges, by the configuration in force: the access log, and what is traced. Changed by one thread, read by all. */
final class Chronicle implements AutoCloseable {
    private static final AccessLogConfig OFF = new AccessLogConfig(AccessLogConfig.Format.OFF, null, 64, false);

    private final Meters meters;
    private final Executor worker;
    private volatile AccessLog accessLog;
    private volatile @Nullable Tracing tracing;

    /** @param worker closes what is no longer used, which blocks */
    Chronicle(Meters meters, Executor worker) {
        this.meters = meters;
        this.worker = worker;
        this.accessLog = AccessLog.open(OFF, meters);
    }

    /** What exchanges are told to. */
    Scribes scribes(FlightRecorder recorder) {
        return new Scribes(() -> accessLog, () -> tracing, recorder);
    }

    /**
     * What the next configuration needs; opened, and not used yet. Nothing is done where this fails.
     *
     * @param before what is in force; null at start
     */
    AccessLog open(PortcullisConfig next, @Nullable PortcullisConfig before) throws StartFailure {
        if (before != null && next.accessLog().equals(before.accessLog())) {
            return accessLog;
        }
        try {
            return AccessLog.open(next.accessLog(), meters);
        } catch (UncheckedIOException e) {
            throw StartFailure.other(e);
        }
    }

    /** Changes over. */
    void use(AccessLog opened, @Nullable TracingConfig wanted) {
        AccessLog oldLog = accessLog;
        accessLog = opened;
        if (oldLog != opened) {
            worker.execute(oldLog::close);
        }
        Tracing old = tracing;
        if (old == null ? wanted != null : !old.isFor(wanted)) {
            tracing = wanted == null ? null : Tracing.open(wanted, meters);
            if (old != null) {
                worker.execute(old::close);
            }
        }
    }

    /** Opens the access log's file anew. */
    void reopen() {
        accessLog.reopen();
    }

    @Override
    public void close() {
        accessLog.close();
        Tracing last = tracing;
        if (last != null) {
            last.close();
        }
    }
}

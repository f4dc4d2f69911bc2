package io.portcullis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.portcullis.config.AccessLogConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HotPathTest {
    private static final int CALLS = 10_000;
    /** What the JVM itself may allocate on this thread meanwhile; one object for each call would be ten times as much. */
    private static final long NOISE_BYTES = 16_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void countingARequestAllocatesNothing() {
        try (Meters meters = Meters.create()) {
            ListenerMeters listener = meters.listener("https");
            RouteMeters route = meters.route("app");
            UpstreamMeters upstream = meters.upstream("up");
            EndpointMeters endpoint = meters.endpoint("up", "10.0.0.5:80");
            LoopMeters loop = meters.loop(0);
            assertNoAllocation(() -> {
                listener.opened();
                listener.handshake("TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519", false, 2_000_000);
                listener.bytesIn(100);
                listener.bytesOut(2000);
                listener.closed();
                route.began();
                route.finished(Protocol.HTTP_1_1, 200, 3_000_000, 100, 2000);
                upstream.waitBegan();
                upstream.waitEnded("served", 1_000);
                upstream.retried("upstream_closed");
                upstream.finished(1_000_000, 2_000_000);
                endpoint.connecting();
                endpoint.connected(1_000_000);
                endpoint.idled();
                endpoint.reused();
                endpoint.closedBusy();
                endpoint.finished(200);
                loop.looked(1_000, 2);
                meters.failure("upstream_closed", "upstream");
                meters.reloaded("ok");
            });
        }
    }

    @Test
    void offeringALineAllocatesNothing() {
        try (Meters meters = Meters.create();
                AccessLog log = AccessLog.open(
                        new AccessLogConfig(AccessLogConfig.Format.JSON, Path.of("/dev/null"), 64, false), meters)) {
            AccessRecord record = Records.full();
            assertNoAllocation(() -> log.offer(record));
        }
    }

    @Test
    void formattingALineAllocatesNothing() {
        LineFormat json = new JsonLines(false);
        LineFormat combined = new CombinedLines();
        LineBuffer buffer = new LineBuffer(1 << 16);
        AccessRecord record = Records.full();
        assertNoAllocation(() -> {
            buffer.truncate(0);
            json.append(record, buffer);
            combined.append(record, buffer);
        });
    }

    private void assertNoAllocation(Runnable work) {
        long thread = Thread.currentThread().threadId();
        for (int i = 0; i < CALLS; i++) {
            work.run();
        }
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < CALLS; i++) {
            work.run();
        }
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(NOISE_BYTES);
    }
}

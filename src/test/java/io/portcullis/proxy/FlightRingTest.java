package io.portcullis.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.portcullis.config.AccessLogConfig;
import io.portcullis.http.Authority;
import io.portcullis.http.ClientConnection;
import io.portcullis.http.ConnectionOptions;
import io.portcullis.http.Exchange;
import io.portcullis.http.Fields;
import io.portcullis.http.Forwarding;
import io.portcullis.http.Protocol;
import io.portcullis.http.RequestHead;
import io.portcullis.http.RequestTarget;
import io.portcullis.http.ResponseHead;
import io.portcullis.net.ByteSink;
import io.portcullis.net.ByteSource;
import io.portcullis.net.Failure;
import io.portcullis.net.FailureKind;
import io.portcullis.net.Loop;
import io.portcullis.net.Networks;
import io.portcullis.net.Peer;
import io.portcullis.route.PathGate;
import io.portcullis.route.RouteTable;
import io.portcullis.telemetry.AccessLog;
import io.portcullis.telemetry.Meters;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is remembered of past flights, for how long, and that remembering makes no garbage. */
class FlightRingTest {
    private static final int CALLS = 20_000;
    /** What the JVM itself may allocate on this thread meanwhile. */
    private static final long NOISE_BYTES = 32_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ClientConnection client =
            new ClientConnection(new Peer("plain", "192.0.2.7", 4711, null, null, 80, false, null), "c");
    private final FlightRing ring = new FlightRing();

    private Flight flight(String target) {
        RouteTable<Way> table = new RouteTable<>(List.of(), route -> {
            throw new IllegalStateException("routes: none");
        });
        Routing routing = new Routing(
                table,
                new PathGate<>(table, way -> way.route().pathPolicy()),
                new Forwarding(Networks.NONE, "portcullis"),
                host -> false,
                List.of());
        RequestHead head = new RequestHead(
                "GET",
                Objects.requireNonNull(RequestTarget.parse("GET", target)),
                Objects.requireNonNull(Authority.parse("a.example:8443")),
                Fields.create(),
                Protocol.HTTP_1_1,
                ConnectionOptions.NONE,
                0);
        Meters meters = Meters.create();
        AccessLog off = AccessLog.open(new AccessLogConfig(AccessLogConfig.Format.OFF, null, 64, false), meters);
        HttpProxy proxy = new HttpProxy(
                () -> routing, new Scribes(() -> off, () -> null, new FlightRecorder(List.of())), meters, null);
        return new Flight(proxy, routing, new Thought(client, head));
    }

    @Test
    void whatWasPutIsFoundByItsId() {
        Flight one = flight("/a?b=c");
        ring.put(one, 5_000_000);
        PastFlight past = Objects.requireNonNull(ring.find(one.id()));
        assertThat(past.asked().id()).isEqualTo("c-1");
        assertThat(past.asked().method()).isEqualTo("GET");
        assertThat(past.asked().host()).isEqualTo("a.example:8443");
        assertThat(past.asked().target()).isEqualTo("/a?b=c");
        assertThat(past.client().address()).isEqualTo("192.0.2.7");
        assertThat(past.ending().totalNanos()).isEqualTo(5_000_000);
        assertThat(past.ending().failure()).isNull();
        assertThat(past.hop().tryNanos()).isNegative();
        assertThat(ring.find("c-2")).isNull();
    }

    @Test
    void longTextsAreCutAndIdsStillTellApart() {
        Flight one = flight("/" + "x".repeat(500) + "?" + "y".repeat(500));
        ring.put(one, 1);
        assertThat(Objects.requireNonNull(ring.find(one.id())).asked().target())
                .hasSize(160)
                .startsWith("/xxx");
    }

    @Test
    void goodOnesCannotWashAwayFailuresAndSlowOnes() {
        Flight failed = flight("/failed");
        failed.onBroken(Failure.of(FailureKind.CLIENT_GONE, "gone"));
        ring.put(failed, 1);
        Flight slow = flight("/slow");
        ring.put(slow, FlightRing.SLOW_NANOS);
        Flight good = flight("/good");
        ring.put(good, 1);
        Flight more = flight("/more");
        for (int i = 0; i < FlightRing.OTHERS; i++) {
            ring.put(more, 1);
        }
        assertThat(ring.find(good.id())).isNull();
        assertThat(ring.find(slow.id())).isNotNull();
        assertThat(Objects.requireNonNull(ring.find(failed.id())).ending().failure())
                .isEqualTo(FailureKind.CLIENT_GONE);
    }

    @Test
    void rememberingAllocatesNothing() {
        Flight one = flight("/some/longer/path?with=a&query=too");
        for (int i = 0; i < CALLS; i++) {
            ring.put(one, 1);
        }
        long thread = Thread.currentThread().threadId();
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < CALLS; i++) {
            ring.put(one, 1);
        }
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(NOISE_BYTES);
    }

    /** An exchange of which only the facts are asked for. */
    private record Thought(ClientConnection client, RequestHead head) implements Exchange {
        @Override
        public Loop loop() {
            throw new UnsupportedOperationException("loop");
        }

        @Override
        public @Nullable Failure fault() {
            return null;
        }

        @Override
        public ByteSource body() {
            throw new UnsupportedOperationException("body");
        }

        @Override
        public void watch(Watcher watcher) {
            throw new UnsupportedOperationException("watch");
        }

        @Override
        public void inform(ResponseHead interim) {
            throw new UnsupportedOperationException("inform");
        }

        @Override
        public ByteSink respond(ResponseHead answer) {
            throw new UnsupportedOperationException("respond");
        }

        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public void cut(Failure why) {
            throw new UnsupportedOperationException("cut");
        }
    }
}

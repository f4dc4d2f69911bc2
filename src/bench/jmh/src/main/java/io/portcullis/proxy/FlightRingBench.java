package io.portcullis.proxy;

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
import io.portcullis.net.Loop;
import io.portcullis.net.Networks;
import io.portcullis.net.Peer;
import io.portcullis.route.PathGate;
import io.portcullis.route.RouteTable;
import io.portcullis.telemetry.AccessLog;
import io.portcullis.telemetry.Meters;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to remember a request for {@code portcullis why}? It is done for every one, so it decided how much is kept. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FlightRingBench {
    private static final int FLIGHTS = 64;

    private final FlightRing ring = new FlightRing();
    private final Flight[] flights = new Flight[FLIGHTS];
    private int next;

    @Setup
    public void setUp() {
        RouteTable<Way> table = new RouteTable<>(List.of(), route -> {
            throw new IllegalStateException("routes: none");
        });
        Routing routing = new Routing(
                table,
                new PathGate<>(table, way -> way.route().pathPolicy()),
                new Forwarding(Networks.NONE, "portcullis"),
                host -> false,
                List.of());
        Meters meters = Meters.create();
        AccessLog off = AccessLog.open(new AccessLogConfig(AccessLogConfig.Format.OFF, null, 64, false), meters);
        HttpProxy proxy = new HttpProxy(
                () -> routing, new Scribes(() -> off, () -> null, new FlightRecorder(List.of())), meters, null);
        ClientConnection client =
                new ClientConnection(new Peer("plain", "192.0.2.7", 4711, null, null, 80, false, null), "c");
        for (int i = 0; i < FLIGHTS; i++) {
            RequestHead head = new RequestHead(
                    "GET",
                    RequestTarget.parse("GET", "/shop/items/" + i + "?sort=price"),
                    Authority.parse("www.example.com"),
                    Fields.create(),
                    Protocol.HTTP_1_1,
                    ConnectionOptions.NONE,
                    0);
            flights[i] = new Flight(proxy, routing, new Facts(client, head));
        }
    }

    @Benchmark
    public void put() {
        ring.put(flights[next++ & FLIGHTS - 1], 1_000_000);
    }

    /** An exchange of which only the facts are asked for. */
    private record Facts(ClientConnection client, RequestHead head) implements Exchange {
        @Override
        public Loop loop() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Failure fault() {
            return null;
        }

        @Override
        public ByteSource body() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void watch(Watcher watcher) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void inform(ResponseHead interim) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ByteSink respond(ResponseHead answer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public void cut(Failure why) {
            throw new UnsupportedOperationException();
        }
    }
}

package io.portcullis.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
    private final Meters meters = Meters.create();

    @AfterEach
    void close() {
        meters.close();
    }

    @Test
    void aRequestIsCountedByRouteClassAndProtocol() {
        RouteMeters route = meters.route("app");
        route.began();
        route.began();
        route.finished(Protocol.HTTP_2, 404, 3_000_000, 10, 200);
        assertThat(meters.scrape(null))
                .contains("portcullis_requests_total{class=\"4xx\",protocol=\"HTTP/2\",route=\"app\"} 1.0\n")
                .contains("portcullis_requests_total{class=\"5xx\",protocol=\"HTTP/1.1\",route=\"app\"} 0.0\n")
                .contains("portcullis_requests_in_flight{route=\"app\"} 1.0\n")
                .contains("portcullis_request_bytes_total{route=\"app\"} 10.0\n")
                .contains("portcullis_response_bytes_total{route=\"app\"} 200.0\n")
                .contains("portcullis_request_duration_seconds_bucket{route=\"app\",le=\"0.002\"} 0\n")
                .contains("portcullis_request_duration_seconds_bucket{route=\"app\",le=\"0.005\"} 1\n");
    }

    @Test
    void aStatusOutOfRangeHasNoClass() {
        RouteMeters route = meters.route("app");
        for (int status : new int[] {0, -1, 99, 600, Integer.MAX_VALUE}) {
            route.began();
            route.finished(Protocol.HTTP_1_0, status, 0, 0, 0);
        }
        assertThat(meters.scrape(null))
                .contains("portcullis_requests_total{class=\"none\",protocol=\"HTTP/1.0\",route=\"app\"} 5.0\n");
    }

    @Test
    void aConnectionToAnEndpointIsInOneStateAtATime() {
        EndpointMeters endpoint = meters.endpoint("up", "10.0.0.5:80");
        endpoint.connecting();
        endpoint.connecting();
        endpoint.connecting();
        endpoint.connecting();
        endpoint.connectFailed("connect_refused");
        endpoint.connected(1_000_000);
        endpoint.connected(1_000_000);
        endpoint.idled();
        endpoint.reused();
        endpoint.idled();
        String text = meters.scrape(null);
        for (String state : Set.of("connecting", "idle", "busy")) {
            assertThat(text)
                    .contains("portcullis_endpoint_connections{endpoint=\"10.0.0.5:80\",state=\"" + state
                            + "\",upstream=\"up\"} 1.0\n");
        }
        endpoint.closedIdle();
        endpoint.closedBusy();
        assertThat(meters.scrape(null)).doesNotContain("state=\"idle\",upstream=\"up\"} 1.0");
    }

    @Test
    void theSameNameCountsOnOverAReload() {
        meters.listener("https").opened();
        meters.retainOnly(Set.of("https"), Set.of(), Set.of(), Set.of());
        meters.listener("https").opened();
        assertThat(meters.scrape(null)).contains("portcullis_listener_accepted_total{listener=\"https\"} 2.0\n");
    }

    @Test
    void whatAReloadRemovedIsNotShown() {
        exercise();
        RouteMeters gone = meters.route("gone");
        meters.route("kept");
        meters.endpoint("up", "gone:80");
        meters.endpointGone("up", "gone:80");
        meters.endpointGone("u", "e");
        meters.retainOnly(Set.of(), Set.of("kept"), Set.of("up"), Set.of());
        gone.began();
        gone.finished(Protocol.HTTP_1_1, 200, 1, 1, 1);
        meters.listener("again").refused("address_limit");
        assertThat(meters.scrape(null))
                .contains("route=\"kept\"", "listener=\"again\"")
                .doesNotContain("route=\"gone\"", "gone:80", "listener=\"l\"", "certificate=", "upstream=\"u\"");
    }

    @Test
    void anEndpointsSeriesStayUntilItsLastHolderLetsGo() {
        meters.endpoint("up", "10.0.0.5:80");
        meters.endpoint("up", "10.0.0.5:80");
        meters.endpointGone("up", "10.0.0.5:80");
        assertThat(meters.scrape(null)).contains("10.0.0.5:80");
        meters.endpointGone("up", "10.0.0.5:80");
        assertThat(meters.scrape(null)).doesNotContain("10.0.0.5:80");
        meters.endpointGone("up", "10.0.0.5:80");
        meters.endpoint("up", "10.0.0.5:80");
        assertThat(meters.scrape(null)).contains("10.0.0.5:80");
    }

    @Test
    void removedMetersDoNotComeBackWithANewTag() {
        ListenerMeters gone = meters.listener("gone");
        meters.retainOnly(Set.of(), Set.of(), Set.of(), Set.of());
        gone.refused("connection_limit");
        assertThat(meters.scrape(null)).doesNotContain("listener=\"gone\"");
    }

    @Test
    void l08LabelsAreBounded() {
        for (int i = 0; i < 10_000; i++) {
            meters.failure("kind" + i, "client");
            meters.listener("l").handshake("TLSv1.3", "cipher" + i, "group" + i, false, 1);
        }
        meters.listener("l").handshakeFailed("a peer's \"text\"\n", "java");
        String text = meters.scrape(null);
        assertThat(text.lines().filter(line -> line.startsWith("portcullis_failures_total")))
                .hasSize(TaggedCounters.MOST + 1);
        assertThat(text)
                .contains("portcullis_failures_total{kind=\"other\",side=\"other\"} " + (10_000.0 - TaggedCounters.MOST)
                        + "\n")
                .contains(
                        "portcullis_tls_handshake_failures_total{family=\"java\",listener=\"l\",reason=\"other\"} 1.0\n");
        assertThat(text.lines().filter(line -> line.startsWith("portcullis_tls_handshakes_total")))
                .hasSize(TaggedCounters.MOST + 1);
    }

    @Test
    void aBlockThatSaysNothingOfHstsAnyMoreHasNoSeries() {
        meters.hsts(Map.of("public", 300L, "inner", 0L));
        meters.hsts(Map.of("public", 86_400L));
        assertThat(meters.scrape(null))
                .contains("portcullis_hsts_max_age_seconds{tls=\"public\"} 86400.0\n")
                .doesNotContain("inner");
    }

    @Test
    void aHandshakeWithoutAGroupSaysNone() {
        meters.listener("l").handshake("TLSv1.2", "TLS_ECDHE", null, true, 1);
        meters.listener("l").handshake("TLSv1.2", "TLS_ECDHE", null, true, 1);
        assertThat(meters.scrape(null))
                .contains("portcullis_tls_handshakes_total{cipher=\"TLS_ECDHE\",group=\"none\",listener=\"l\","
                        + "resumed=\"true\",version=\"TLSv1.2\"} 2.0\n");
    }

    @Test
    void directMemoryIsWhatNettyHolds() {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.directBuffer(1 << 20);
        try {
            assertThat(gauge(MeterName.DIRECT_MEMORY_USED)).isGreaterThanOrEqualTo(1 << 20);
            assertThat(gauge(MeterName.DIRECT_MEMORY_LIMIT)).isGreaterThan(gauge(MeterName.DIRECT_MEMORY_USED));
            assertThat(meters.registry()
                            .get(MeterName.ALLOCATOR_USED.id())
                            .tag("memory", "direct")
                            .gauge()
                            .value())
                    .isGreaterThanOrEqualTo(1 << 20);
        } finally {
            buffer.release();
        }
    }

    @Test
    void everyMeterIsRegisteredAsItsNameSays() {
        exercise();
        Set<String> named = new TreeSet<>();
        for (MeterName name : MeterName.values()) {
            named.add(name.id());
            Collection<Meter> registered = meters.registry().get(name.id()).meters();
            for (Meter meter : registered) {
                assertThat(meter.getId().getTags().stream().map(Tag::getKey))
                        .as(name.id())
                        .containsExactlyInAnyOrderElementsOf(name.tags());
                assertThat(meter.getId().getDescription()).isEqualTo(name.meaning());
                assertThat(meter.getId().getType()).isEqualTo(type(name.kind()));
            }
        }
        assertThat(meters.registry().getMeters().stream()
                        .map(meter -> meter.getId().getName())
                        .filter(id -> id.startsWith("portcullis.")))
                .containsOnly(named.toArray(new String[0]));
    }

    @Test
    void everyMeterIsExposedByTheNameInTheTable() {
        exercise();
        Set<String> exposed = new TreeSet<>();
        meters.scrape(null)
                .lines()
                .filter(line -> line.startsWith("# TYPE portcullis_"))
                .map(line -> line.split(" ", -1)[2])
                .filter(name -> !name.endsWith("_max"))
                .forEach(exposed::add);
        Set<String> named = new TreeSet<>();
        for (MeterName name : MeterName.values()) {
            named.add(name.exposed());
        }
        assertThat(exposed).isEqualTo(named);
    }

    @Test
    void theDocumentHoldsTheTable() throws IOException {
        assertThat(Files.readString(Path.of("docs/meters.md"))).contains("\n" + table() + "\n");
    }

    /** One row for each meter, in the order of the enum. */
    private static String table() {
        StringBuilder table = new StringBuilder("| meter | type | tags | meaning |\n|---|---|---|---|\n");
        for (MeterName name : MeterName.values()) {
            table.append("| `").append(name.exposed()).append("` | ");
            table.append(name.kind().name().toLowerCase(Locale.ROOT)).append(" | ");
            table.append(String.join(", ", name.tags())).append(" | ");
            table.append(name.meaning()).append(" |\n");
        }
        return table.toString();
    }

    @Test
    void theProcessShowsItsMemoryThreadsFilesAndTime() {
        assertThat(meters.scrape(null))
                .contains("jvm_memory_used_bytes{", "jvm_gc_", "jvm_threads_live_threads ", "process_cpu_usage ")
                .contains("process_files_open_files ", "process_files_max_files ", "process_uptime_seconds ");
    }

    /** Touches every meter that comes only with use. */
    private void exercise() {
        ListenerMeters listener = meters.listener("l");
        listener.refused("connection_limit");
        listener.proxyRefused("missing");
        listener.handshake("TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519", false, 1_000_000);
        listener.handshakeFailed("timeout", "java");
        listener.client("java", "h2");
        listener.connectionBroken("rapid_reset");
        listener.signs();
        listener.signature("signed");
        meters.signer("u").signed("ok", 1_000);
        meters.route("r").mirrored("sent");
        meters.upstream("u").retried("connect_refused");
        meters.upstream("u").hedged("won");
        meters.upstream("u").waitRefused();
        meters.upstream("u").lookedUp("found");
        EndpointMeters endpoint = meters.endpoint("u", "e");
        endpoint.connecting();
        endpoint.connectFailed("connect_refused");
        endpoint.closedWhileIdle("endpoint");
        endpoint.ejected("failures");
        endpoint.checked(true);
        meters.loop(0).looked(-1, 3);
        meters.certificate("example.com").notAfter(1_800_000_000L);
        meters.certificate("example.com").staple(1_800_000_000L);
        meters.certificate("example.com").stapleMissing(true);
        meters.hsts(Map.of("public", 300L));
        meters.ocspAnswered("good");
        meters.failure("no_route", "proxy");
        meters.reloaded("ok");
    }

    private double gauge(MeterName name) {
        return meters.registry().get(name.id()).gauge().value();
    }

    private static Meter.Type type(MeterName.Kind kind) {
        return switch (kind) {
            case COUNTER -> Meter.Type.COUNTER;
            case GAUGE -> Meter.Type.GAUGE;
            case TIMER, HISTOGRAM -> Meter.Type.TIMER;
        };
    }
}

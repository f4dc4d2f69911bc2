package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.OK;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.OriginConnection;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that are there before anybody needs them. */
class MinConnectionsWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    private static String config(String endpoints, String more) {
        return """
               runtime.event-loops = 2
               listeners { plain { bind = "127.0.0.1:0" } }
               upstreams.app { endpoints = [%s], %s }
               routes = [ { upstream = app } ]
               access-log { format = json, to = "{dir}/access.log" }
               admin { bind = "127.0.0.1:0", token-file = "{dir}/token" }
               """
                .formatted(endpoints, more);
    }

    private void start(String endpoints, String more) throws Exception {
        Files.writeString(proxy.dir().resolve("token"), "sixteen-letters-or-more");
        proxy.start(config(endpoints, more));
    }

    private double connections(String state, String... labels) {
        List<String> all = new ArrayList<>(List.of(labels));
        all.add("state=\"" + state + "\"");
        return site.sum("portcullis_endpoint_connections", all.toArray(String[]::new));
    }

    private void awaitIdle(int count) {
        Await.until(
                () -> connections("idle") == count && connections("connecting") == 0,
                () -> count + " idle connections, but " + connections("idle"),
                Await.LIMIT);
    }

    private static long open(Origin origin) {
        return origin.connections().stream().filter(each -> !each.hasEnded()).count();
    }

    @Test
    void firstRequestsFindThemOnWhicheverLoop() throws Exception {
        start("\"{origin}\"", "min-connections = 4");
        site.origin().awaitConnections(4);
        awaitIdle(4);
        site.origin().hold();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            // Each loop has two; what is more on one of them is dialled.
            clients.add(site.client().send(GET));
        }
        site.origin().awaitRequests(4);
        assertThat(site.origin().requests().stream().filter(each -> each.connection() < 4))
                .as("on connections that were there")
                .hasSizeGreaterThanOrEqualTo(2);
        site.origin().release();
        for (RawClient client : clients) {
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.close();
        }
        site.nothingFailed();
    }

    @Test
    void oneRequestAfterAnotherNeedsNoConnectionOfItsOwn() throws Exception {
        start("\"{origin}\"", "min-connections = 2");
        awaitIdle(2);
        for (int i = 0; i < 6; i++) {
            assertThat(site.ask(GET).status()).isEqualTo(200);
        }
        assertThat(site.origin().connections()).hasSize(2);
        Await.until(() -> site.log().size() == 6, "the lines");
        assertThat(site.log()).allSatisfy(line -> assertThat(line).doesNotContain("connect_ms"));
    }

    @Test
    void theirTlsHandshakeIsOver() throws Exception {
        TestCertificates backend =
                TestCertificates.in(Files.createDirectories(proxy.dir().resolve("backend")));
        try (Origin origin = EndpointTlsStage.serving(backend.leaf("127.0.0.1").write("good"))) {
            start("\"" + origin.address() + "\"", "min-connections = 2, tls { ca = \"{dir}/backend/ca.pem\" }");
            awaitIdle(2);
            assertThat(origin.connections())
                    .allSatisfy(each -> assertThat(each.session()).isNotNull());
            assertThat(site.ask(GET).body()).isEqualTo("over TLS");
            assertThat(origin.connections()).hasSize(2);
        }
    }

    @Test
    void withoutTheKeyNoneIsMade() throws Exception {
        start("\"{origin}\"", "max-waiting = 5");
        Await.throughout(
                Duration.ofMillis(300), () -> site.origin().connections().isEmpty(), "no connection");
    }

    @Test
    void whatTheEndpointClosesIsMadeAgainOnceASecond() throws Exception {
        start("\"{origin}\"", "min-connections = 3");
        awaitIdle(3);
        for (OriginConnection each : site.origin().connections()) {
            each.close();
        }
        site.origin().awaitConnections(6);
        awaitIdle(3);
        long began = System.nanoTime();
        for (int round = 0; round < 2; round++) {
            int before = site.origin().connections().size();
            for (OriginConnection each : site.origin().connections()) {
                each.close();
            }
            site.origin().awaitConnections(before + 3);
            awaitIdle(3);
        }
        assertThat(System.nanoTime() - began).isGreaterThan(900_000_000L);
        assertThat(site.origin().connections()).hasSize(12);
    }

    @Test
    void neverMoreThanMaxConnections() throws Exception {
        start("\"{origin}\"", "min-connections = 3, max-connections = 3");
        awaitIdle(3);
        site.origin().hold();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(site.client().send(GET));
        }
        site.origin().awaitRequests(3);
        Await.until(() -> site.sum("portcullis_upstream_waiting") == 3, "three that wait");
        assertThat(open(site.origin())).isEqualTo(3);
        site.origin().release();
        for (RawClient client : clients) {
            assertThat(client.readResponse().status()).isEqualTo(200);
            client.close();
        }
        site.nothingFailed();
    }

    /** Each of two loops: at once, after 2 s, after 4 s more. */
    @Test
    void whereNobodyListensItIsAskedLessAndLessOften() throws Exception {
        String dead = "127.0.0.1:" + Ports.free();
        start("\"" + dead + "\"", "min-connections = 2, ejection.failures = off");
        Await.until(() -> failedDials() >= 4, () -> "four dials, but " + failedDials(), Await.LIMIT);
        long began = System.nanoTime();
        Await.until(() -> failedDials() >= 6, () -> "six dials, but " + failedDials(), Await.LIMIT);
        assertThat(System.nanoTime() - began).isGreaterThan(3_000_000_000L);
        assertThat(connections("connecting")).isZero();
    }

    private double failedDials() {
        return site.sum("portcullis_endpoint_connect_failures_total");
    }

    @Test
    void anEndpointThatIsLeftOutIsNotDialledAndOneThatComesBackIs() throws Exception {
        try (Origin flaky = Origin.start().respond(OK)) {
            start(
                    "\"" + flaky.address() + "\"",
                    "min-connections = 2, check { by = tcp, interval = 100 ms, rise = 1, fall = 1 }, slow-start = off, panic-below = off");
            awaitIdle(2);
            flaky.stop();
            Await.until(() -> site.sum("portcullis_endpoint_available") == 0, "the endpoint to be left out");
            awaitIdle(0);
            double failed = failedDials();
            Await.throughout(
                    Duration.ofMillis(1300), () -> failedDials() == failed, "no dial to an endpoint that is left out");
            flaky.restart();
            awaitIdle(2);
        }
    }

    @Test
    void aDrainedOneIsNotDialled() throws Exception {
        try (Origin one = Origin.start();
                Origin two = Origin.start()) {
            start("\"" + one.address() + "\", \"" + two.address() + "\"", "min-connections = 1");
            one.awaitConnections(1);
            two.awaitConnections(1);
            order(one, "drain");
            one.connections().getFirst().close();
            two.connections().getFirst().close();
            two.awaitConnections(2);
            Await.throughout(Duration.ofMillis(1300), () -> one.connections().size() == 1, "no dial to a drained one");
            order(one, "ready");
            one.awaitConnections(2);
        }
    }

    private void order(Origin origin, String state) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            client.send("POST /upstreams/app/endpoints/" + origin.address() + "?state=" + state
                    + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sixteen-letters-or-more\r\n"
                    + "Content-Length: 0\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void aReloadWarmsWhatItAddsKeepsWhatStaysAndLeavesWhatItRemoves() throws Exception {
        try (Origin gone = Origin.start();
                Origin stays = Origin.start();
                Origin added = Origin.start()) {
            start("\"" + gone.address() + "\", \"" + stays.address() + "\"", "min-connections = 2");
            awaitIdle(4);
            proxy.reload(config("\"" + stays.address() + "\", \"" + added.address() + "\"", "min-connections = 2"));
            added.awaitConnections(2);
            gone.connections().forEach(OriginConnection::awaitEnd);
            awaitIdle(4);
            assertThat(stays.connections()).hasSize(2);
            Await.throughout(Duration.ofMillis(1300), () -> gone.connections().size() == 2, "no dial to who is gone");
            proxy.reload(config("\"" + stays.address() + "\", \"" + added.address() + "\"", "min-connections = off"));
            stays.connections().getFirst().close();
            Await.throughout(Duration.ofMillis(1300), () -> stays.connections().size() == 2, "none is made again");
        }
    }

    @Test
    void overHttp2EachLoopHasOneWithItsSettingsExchanged() throws Exception {
        try (Http2Origin origin = Http2Origin.start()) {
            start("\"" + origin.address() + "\"", "min-connections = 5, protocol = h2c");
            awaitIdle(2);
            for (int i = 0; i < 6; i++) {
                assertThat(site.ask(GET).status()).isEqualTo(200);
            }
            assertThat(origin.connections()).hasSize(2);
            origin.connections().forEach(each -> {
                try {
                    each.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            Await.until(() -> origin.connections().size() == 4, "two new ones");
            awaitIdle(2);
        }
    }
}

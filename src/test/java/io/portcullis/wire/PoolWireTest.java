package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.OriginConnection;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections to endpoints: how many, for how long, and which are used again. */
class PoolWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private final Site site = new Site(proxy);

    private void start(String settings) throws Exception {
        proxy.start(
                """
                runtime.event-loops = 4
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}"], %s }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """
                        .formatted(settings));
    }

    private long open() {
        return site.origin().connections().stream()
                .filter(connection -> !connection.hasEnded())
                .count();
    }

    private double connections(String state) {
        return site.sum("portcullis_endpoint_connections", "state=\"" + state + "\"");
    }

    private List<RawClient> clients(int count) throws Exception {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(site.client());
        }
        return clients;
    }

    private static void close(List<RawClient> clients) throws Exception {
        for (RawClient client : clients) {
            client.close();
        }
    }

    @Test
    void theCapHoldsOverAllLoopsAndWhoIsBeyondItWaits() throws Exception {
        start("max-connections = 3, queue-timeout = 9 s");
        site.origin().hold();
        List<RawClient> clients = clients(12);
        for (RawClient client : clients) {
            client.send(GET);
        }
        site.origin().awaitRequests(3);
        Await.until(() -> site.sum("portcullis_upstream_waiting") == 9, "nine that wait");
        assertThat(site.origin().connections()).hasSize(3);
        site.origin().release();
        for (RawClient client : clients) {
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(open()).isLessThanOrEqualTo(3);
        assertThat(site.sum("portcullis_upstream_waits_total", "result=\"served\""))
                .isEqualTo(9);
        assertThat(site.sum("portcullis_upstream_waiting")).isZero();
        close(clients);
        site.nothingFailed();
    }

    @Test
    void anIdleConnectionOfAnotherLoopDoesNotStarveOne() throws Exception {
        start("max-connections = 1, queue-timeout = 9 s");
        List<RawClient> clients = clients(8);
        long began = System.nanoTime();
        for (RawClient client : clients) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        }
        assertThat(System.nanoTime() - began).isLessThan(4_000_000_000L);
        close(clients);
        site.nothingFailed();
    }

    @Test
    void theOnlyIdleConnectionMayBeOfAnotherLoopWhereNobodyMayWait() throws Exception {
        start("max-connections = 1, max-waiting = off, queue-timeout = 9 s");
        List<RawClient> clients = clients(8);
        for (int round = 0; round < 3; round++) {
            for (RawClient client : clients) {
                assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            }
        }
        close(clients);
        site.nothingFailed();
    }

    @Test
    void r16WhereNobodyMayWaitABusyConnectionMeans503AtOnce() throws Exception {
        start("max-connections = 1, max-waiting = off, queue-timeout = 9 s");
        List<RawClient> clients = clients(8);
        site.origin().hold();
        clients.getFirst().send(GET);
        site.origin().awaitRequest();
        for (RawClient client : clients.subList(1, 8)) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(503);
        }
        site.origin().release();
        assertThat(clients.getFirst().readResponse().status()).isEqualTo(200);
        close(clients);
    }

    /** They all race for the one idle connection, wherever it lies: each is served or refused, and none waits for its time-out. */
    @Test
    void whereNobodyMayWaitNobodyIsForgottenInARace() throws Exception {
        start("max-connections = 1, max-waiting = off, queue-timeout = 60 s");
        List<RawClient> clients = clients(8);
        long began = System.nanoTime();
        for (int round = 0; round < 40; round++) {
            for (RawClient client : clients) {
                client.send(GET);
            }
            int served = 0;
            for (RawClient client : clients) {
                int status = client.readResponse().status();
                assertThat(status).isIn(200, 503);
                served += status == 200 ? 1 : 0;
            }
            assertThat(served).isPositive();
        }
        assertThat(System.nanoTime() - began).isLessThan(30_000_000_000L);
        assertThat(site.sum("portcullis_upstream_waiting")).isZero();
        close(clients);
    }

    @Test
    void r16MoreThanMayWaitGet503() throws Exception {
        start("max-connections = 1, max-waiting = 1, queue-timeout = 9 s");
        site.origin().hold();
        try (RawClient first = site.client();
                RawClient second = site.client()) {
            first.send(GET);
            site.origin().awaitRequest();
            second.send(GET);
            Await.until(() -> site.sum("portcullis_upstream_waiting") == 1, "one that waits");
            RawResponse answer = site.fails(GET, 503, FailureKind.NO_FREE_CONNECTION);
            assertThat(answer.values("Retry-After")).containsExactly("1");
            site.origin().release();
            assertThat(first.readResponse().status()).isEqualTo(200);
            assertThat(second.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void r16WhoWaitsInVainGets503() throws Exception {
        start("max-connections = 1, queue-timeout = 200 ms");
        site.origin().hold();
        try (RawClient first = site.client()) {
            first.send(GET);
            site.origin().awaitRequest();
            site.fails(GET, 503, FailureKind.NO_FREE_CONNECTION);
            assertThat(site.sum("portcullis_upstream_waits_total", "result=\"timeout\""))
                    .isEqualTo(1);
            site.origin().release();
            assertThat(first.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void waitersAreServedInTheirOrder() throws Exception {
        proxy.start(
                """
                runtime.event-loops = 1
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["{origin}"], max-connections = 1, queue-timeout = 9 s }
                routes = [ { upstream = app } ]
                access-log { format = off }
                """);
        site.origin().hold();
        List<RawClient> clients = clients(5);
        for (int i = 0; i < clients.size(); i++) {
            clients.get(i).send("GET /" + i + " HTTP/1.1\r\n" + HOST + "\r\n");
            int waiting = i;
            Await.until(() -> site.sum("portcullis_upstream_waiting") == waiting, waiting + " that wait");
        }
        site.origin().release();
        for (RawClient client : clients) {
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
        assertThat(site.origin().requests())
                .extracting(seen -> seen.connection() + seen.target())
                .containsExactly("0/0", "0/1", "0/2", "0/3", "0/4");
        close(clients);
    }

    @Test
    void anIdleConnectionIsClosedInTime() throws Exception {
        start("idle-timeout = 200 ms");
        site.ask(GET);
        assertThat(connections("busy")).isZero();
        site.origin().connections().getFirst().awaitEnd();
        Await.until(() -> connections("idle") == 0, "no idle connection");
        assertThat(site.ask(GET).status()).isEqualTo(200);
        assertThat(site.origin().connections()).hasSize(2);
    }

    @Test
    void whereNoneMayBeIdleEachIsClosedAfterUse() throws Exception {
        start("max-idle = off");
        site.ask(GET);
        site.origin().connections().getFirst().awaitEnd();
        assertThat(connections("idle")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned",
                "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n",
                "x",
                "\r\n",
            })
    void u08BytesOnAnIdleConnectionCloseIt(String bytes) throws Exception {
        start("max-connections = 1");
        try (RawClient client = site.client()) {
            site.origin().answer(turn -> turn.send(Site.OK));
            client.send(GET).readResponse();
            Await.until(() -> connections("idle") == 1, "an idle connection");
            site.origin().connections().getFirst().say(bytes);
            site.origin().connections().getFirst().awaitEnd();
            site.origin().answer(Script.ok("clean"));
            assertThat(client.send(GET).readResponse().body()).isEqualTo("clean");
        }
        assertThat(site.origin().awaitRequests(2).get(1).connection()).isEqualTo(1);
        site.nothingFailed();
    }

    @Test
    void anIdleConnectionThatTheOriginClosedIsForgotten() throws Exception {
        start("max-connections = 1");
        try (RawClient client = site.client()) {
            client.send(GET).readResponse();
            Await.until(() -> connections("idle") == 1, "an idle connection");
            OriginConnection idle = site.origin().connections().getFirst();
            idle.close();
            Await.until(() -> connections("idle") == 0, "no idle connection");
            assertThat(client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 0\r\n\r\n")
                            .readResponse()
                            .status())
                    .isEqualTo(200);
        }
        assertThat(site.sum("portcullis_upstream_retries_total")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"
            })
    void aConnectionThatTheOriginWillCloseIsNotUsedAgain(String response) throws Exception {
        start("max-idle = 8");
        site.origin().answer(turn -> turn.send(response));
        assertThat(site.ask(GET).body()).isEqualTo("ok");
        site.origin().connections().getFirst().awaitEnd();
        assertThat(site.ask(GET).body()).isEqualTo("ok");
        assertThat(site.origin().connections()).hasSize(2);
    }

    @Test
    void anHttp10ConnectionThatIsKeptIsUsedAgain() throws Exception {
        start("max-idle = 8");
        site.origin()
                .answer(turn -> turn.send("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"));
        try (RawClient client = site.client()) {
            client.send(GET).readResponse();
            assertThat(client.send(GET).readResponse().body()).isEqualTo("ok");
        }
        assertThat(site.origin().connections()).hasSize(1);
    }
}

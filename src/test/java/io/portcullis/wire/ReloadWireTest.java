package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Taking up a new configuration while clients are served. */
class ReloadWireTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final String LISTENERS =
            """
            listeners {
              https { bind = "127.0.0.1:0", tls = public }
              plain { bind = "127.0.0.1:0" }
            }
            """;
    private static final String CONFIG = LISTENERS
            + """
            tls.public.certificates = [ { chain = "site.pem", key = "site.key" } ]
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { upstream = app }, { path = "/version", respond { body = "one" } } ]
            access-log { format = off }
            reload.watch = off
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void start() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.start(CONFIG);
        proxy.origin().answer(Script.ok("x"));
    }

    @Test
    void aHundredReloadsUnderLoadFailNoRequestAndKeepThePool() throws Exception {
        try (Load load = Load.start(32, site::client, GET)) {
            load.awaitMore(64);
            for (int i = 0; i < 100; i++) {
                proxy.reload(CONFIG.replace("\"one\"", "\"" + i + "\""));
            }
            load.awaitMore(64);
            assertThat(load.failures()).isEmpty();
            assertThat(load.closes()).isZero();
        }
        assertThat(version()).isEqualTo("99");
        assertThat(proxy.scrape().sum("portcullis_reloads_total", "result=\"ok\""))
                .isEqualTo(100);
        assertThat(proxy.origin().connections()).hasSizeLessThanOrEqualTo(32);
    }

    @Test
    void newConnectionsDuringReloadsAreServed() throws Exception {
        String once = "GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n";
        try (Load load = Load.start(4, site::client, once)) {
            load.awaitMore(4);
            for (int i = 0; i < 30; i++) {
                proxy.reload(CONFIG.replace("\"one\"", "\"" + i + "\""));
            }
            load.awaitMore(8);
            assertThat(load.failures()).isEmpty();
        }
        assertThat(proxy.scrape().sum("portcullis_tls_handshake_failures_total"))
                .isZero();
    }

    @Test
    void aHandshakeThatAReloadOvertakesGetsThePresentCertificate() throws Exception {
        try (RawClient early = RawClient.plain(proxy.port("https"))) {
            Await.until(() -> connections("https") == 1, "the connection to be accepted");
            proxy.reload();
            proxy.reload();
            early.sendBytes(Hellos.ofJdk("example.com"));
            assertThat(early.readExactly(1)).isEqualTo("\u0016");
        }
        assertThat(site.failures("internal")).isZero();
    }

    @Test
    void routesAndUpstreamsChangeForTheNextRequestOfAnOpenConnection() throws Exception {
        try (Origin other = Origin.start().answer(Script.ok("other"));
                RawClient client = site.client()) {
            assertThat(client.send(GET).readResponse().body()).isEqualTo("x");
            proxy.reload(CONFIG.replace("[\"{origin}\"]", "[\"" + other.address() + "\"]"));
            assertThat(client.send(GET).readResponse().body()).isEqualTo("other");
            proxy.reload(CONFIG.replace("{ upstream = app }", "{ host = \"other.org\", upstream = app }"));
            assertThat(client.send(GET).readResponse().status()).isEqualTo(404);
            proxy.reload(CONFIG);
            assertThat(client.send(GET).readResponse().body()).isEqualTo("x");
        }
    }

    @Test
    void anExchangeKeepsTheRouteItBeganWith() throws Exception {
        proxy.origin().hold();
        try (RawClient client = site.client()) {
            client.send(GET);
            proxy.origin().awaitRequest();
            proxy.reload(CONFIG.replace("{ upstream = app }, ", "").replaceAll("upstreams.*\n", ""));
            proxy.origin().release();
            assertThat(client.readResponse().body()).isEqualTo("x");
            assertThat(client.send(GET).readResponse().status()).isEqualTo(404);
        }
    }

    @Test
    void aRemovedUpstreamsConnectionsAreClosed() throws Exception {
        try (RawClient client = site.client()) {
            client.send(GET).readResponse();
            proxy.reload(CONFIG.replace("{ upstream = app }, ", "").replaceAll("upstreams.*\n", ""));
            proxy.origin().connections().getFirst().awaitEnd();
        }
    }

    @Test
    void aNewListenerOpensAndARemovedOneFinishesWhatRuns() throws Exception {
        int gone = proxy.port("plain");
        try (RawClient busy = RawClient.plain(gone);
                RawClient idle = RawClient.plain(gone)) {
            idle.send(GET).readResponse();
            proxy.origin().hold();
            busy.send(GET);
            proxy.origin().awaitRequests(2);
            proxy.reload(CONFIG.replace("plain {", "fresh {"));
            assertThatThrownBy(() -> RawClient.plain(gone)).isInstanceOf(ConnectException.class);
            proxy.origin().release();
            RawResponse last = busy.readResponse();
            assertThat(last.body()).isEqualTo("x");
            assertThat(last.value("Connection")).isEqualTo("close");
            idle.awaitClose();
        }
        try (RawClient client = RawClient.plain(proxy.port("fresh"))) {
            assertThat(client.send(GET).readResponse().body()).isEqualTo("x");
        }
        assertThat(connections("plain")).isZero();
    }

    @Test
    void aListenerThatChangesKeepsItsPortAndItsConnections() throws Exception {
        int port = proxy.port("plain");
        try (RawClient client = RawClient.plain(port)) {
            client.send(GET).readResponse();
            proxy.reload(CONFIG.replace(
                    "plain { bind = \"127.0.0.1:0\" }", "plain { bind = \"127.0.0.1:0\", redirect-to-https {} }"));
            assertThat(proxy.port("plain")).isEqualTo(port);
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            try (RawClient later = RawClient.plain(port)) {
                assertThat(later.send(GET).readResponse().status()).isEqualTo(308);
            }
        }
    }

    @Test
    void aBadFileChangesNothingAndSaysWhy() throws Exception {
        for (String bad : new String[] {
            CONFIG.replace("upstream = app", "upstream = ap"),
            CONFIG.replace("site.key", "none.key"),
            CONFIG.replace("\"127.0.0.1:0\" }", "\"192.0.2.1:0\" }"),
            "listeners {"
        }) {
            proxy.write(bad);
            RawResponse answer = admin("POST /reload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n");
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.body()).contains("what ran before runs on");
            assertThat(version()).isEqualTo("one");
        }
        proxy.write(CONFIG.replace("upstream = app", "upstream = ap"));
        assertThat(admin("POST /reload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
                        .body())
                .contains("portcullis.conf:7")
                .contains("routes[0].upstream")
                .contains("did you mean");
        assertThat(proxy.scrape().sum("portcullis_reloads_total", "result=\"refused\""))
                .isEqualTo(5);
        assertThat(proxy.scrape().sum("portcullis_reloads_total", "result=\"ok\""))
                .isZero();
    }

    @Test
    void whatNeedsARestartIsSaidToBe() throws Exception {
        proxy.write(CONFIG + "runtime.event-loops = 7\n");
        RawResponse answer = admin("POST /reload HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).contains("runtime").contains("restart");
    }

    @Test
    void theAccessLogMovesWithTheConfiguration() throws Exception {
        Path first = proxy.dir().resolve("first.log");
        Path second = proxy.dir().resolve("second.log");
        String text = CONFIG.replace("format = off", "format = combined, to = \"first.log\"");
        proxy.reload(text);
        assertThat(version()).isEqualTo("one");
        Await.until(() -> lines(first) == 1, "a line in the first file");
        proxy.reload(text.replace("first.log", "second.log"));
        assertThat(version()).isEqualTo("one");
        Await.until(() -> lines(second) == 1, "a line in the second file");
        assertThat(lines(first)).isEqualTo(1);
    }

    private static long lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file).size() : 0;
        } catch (IOException e) {
            throw new AssertionError("unreadable: " + file, e);
        }
    }

    private RawResponse admin(String request) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send(request).readResponse();
        }
    }

    private String version() throws IOException {
        try (RawClient client = site.client()) {
            return client.send("GET /version HTTP/1.1\r\nHost: example.com\r\n\r\n")
                    .readResponse()
                    .body();
        }
    }

    private double connections(String listener) {
        try {
            return proxy.scrape().sum("portcullis_listener_connections", "listener=\"" + listener + "\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }
}

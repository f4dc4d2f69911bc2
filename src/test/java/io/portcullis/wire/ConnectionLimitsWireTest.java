package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.Programs;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RunningProgram;
import io.portcullis.testkit.Scrape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How many connections there may be, and what is left when they are gone. */
class ConnectionLimitsWireTest {
    private static final String CONFIG =
            """
            listeners { http { bind = "127.0.0.1:0" } }
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @TempDir
    private Path dir = Path.of("");

    @Test
    void beyondTheTotalAConnectionIsClosedAndCounted() throws Exception {
        proxy.start(CONFIG + "limits.connections = 3\n");
        holdsAt("connection_limit");
    }

    @Test
    void beyondTheLimitOfAnAddressAConnectionIsClosedAndCounted() throws Exception {
        proxy.start(CONFIG + "limits.connections-per-address = 3\n");
        holdsAt("address_limit");
    }

    private void holdsAt(String reason) throws IOException {
        List<RawClient> three = List.of(served(), served(), served());
        for (int i = 0; i < 20; i++) {
            try (RawClient fourth = RawClient.plain(proxy.port("http"))) {
                fourth.awaitClose();
            }
        }
        assertThat(proxy.scrape().sum("portcullis_listener_refused_total", "reason=\"" + reason + "\""))
                .isEqualTo(20);
        assertThat(open()).isEqualTo(3);
        three.getFirst().close();
        awaitOpen(2);
        served().close();
        for (RawClient client : three) {
            client.close();
        }
        awaitOpen(0);
    }

    @Test
    void aTrustedProxyIsNotCountedByItsAddress() throws Exception {
        proxy.start(CONFIG + "limits.connections-per-address = 1\nforwarding.trusted-proxies = [\"127.0.0.1\"]\n");
        try (RawClient one = served();
                RawClient two = served()) {
            assertThat(open()).isEqualTo(2);
        }
    }

    @Test
    void aReloadChangesTheLimits() throws Exception {
        proxy.start(CONFIG + "limits.connections = 1\n");
        try (RawClient one = served()) {
            proxy.reload(CONFIG + "limits.connections = 2\n");
            try (RawClient two = served()) {
                assertThat(open()).isEqualTo(2);
            }
        }
    }

    @Test
    void l10AThousandConnectionsOpenedAndClosedLeaveNothing() throws Exception {
        proxy.start(CONFIG + "limits.connections = 100\n");
        for (int i = 0; i < 1000; i++) {
            RawClient client = RawClient.plain(proxy.port("http"));
            if (i % 3 == 0) {
                client.reset();
            } else {
                client.close();
            }
        }
        awaitOpen(0);
        served().close();
        awaitOpen(0);
        Scrape scrape = proxy.scrape();
        assertThat(scrape.sum("portcullis_listener_accepted_total", "listener=\"http\"")
                        + scrape.sum("portcullis_listener_refused_total", "listener=\"http\""))
                .isEqualTo(1001);
    }

    @Test
    void l08WhatClientsSendMakesNoNewSeries() throws Exception {
        proxy.start(CONFIG);
        series("GET", "example.com", "/");
        long before = ours();
        for (int i = 0; i < 30; i++) {
            series("M" + i, "host" + i + ".example.com", "/path" + i + "?q=" + i);
        }
        assertThat(ours()).isEqualTo(before);
    }

    /** Series of our own; the JVM adds one when it first collects garbage. */
    private long ours() throws IOException {
        return proxy.scrape().samples().stream()
                .filter(sample -> sample.toString().contains("portcullis_"))
                .count();
    }

    private void series(String method, String host, String target) throws IOException {
        try (RawClient client = RawClient.plain(proxy.port("http"))) {
            client.send(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    @NeedsProgram("bash")
    void l10AProcessWithoutFileDescriptorsRecoversByItself() throws Exception {
        int port = Ports.free();
        int admin = Ports.free();
        Path config = Files.writeString(
                dir.resolve("few.conf"),
                "listeners { http { bind = \"127.0.0.1:" + port + "\" } }\nadmin.bind = \"127.0.0.1:" + admin
                        + "\"\nroutes = [ { respond { body = \"here\" } } ]\naccess-log { format = off }\n"
                        + "limits { connections = 10000, connections-per-address = off }\n");
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try (RunningProgram few = Programs.start(
                "bash",
                "-c",
                "ulimit -n 220; exec \"$0\" --enable-native-access=ALL-UNNAMED -cp \"$1\" io.portcullis.Main run"
                        + " --config \"$2\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                classes,
                config.toString())) {
            Await.until(() -> answers(port), () -> "an answer of " + few.pid(), Duration.ofSeconds(30));
            flood(port);
            Await.until(() -> answers(port), () -> "an answer after the flood", Duration.ofSeconds(15));
            Await.until(() -> openAt(admin) == 0, "no connection left");
            few.terminate();
            RunningProgram.Ended ended = few.end(Duration.ofSeconds(20));
            assertThat(ended.exit()).isZero();
            assertThat(ended.stderr())
                    .contains("127.0.0.1:" + port + " cannot accept connections")
                    .contains("Too many open files")
                    .doesNotContain("\tat ");
        }
    }

    /** More connections than there are descriptors, held until the process has refused to take more. */
    private static void flood(int port) throws IOException {
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                clients.add(RawClient.plain(port));
            }
            RawClient last = clients.getLast().within(Duration.ofMillis(500)).send(GET);
            assertThatThrownBy(last::readResponse).isInstanceOfAny(AssertionError.class, IOException.class);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    private static boolean answers(int port) {
        try (RawClient client = RawClient.plain(port).within(Duration.ofSeconds(3))) {
            return client.send(GET).readResponse().status() == 200;
        } catch (IOException | AssertionError e) {
            return false;
        }
    }

    private RawClient served() throws IOException {
        RawClient client = RawClient.plain(proxy.port("http"));
        assertThat(client.send(GET).readResponse().body()).isEqualTo("here");
        return client;
    }

    private double open() {
        return openAt(proxy.adminPort());
    }

    private static double openAt(int admin) {
        try {
            return Scrape.of(admin).sum("portcullis_listener_connections", "listener=\"http\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }

    private void awaitOpen(int count) {
        Await.until(() -> open() == count, () -> count + " open connections, have " + open(), Await.LIMIT);
    }
}

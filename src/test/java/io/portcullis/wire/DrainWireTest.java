package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.net.ConnectException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ending without hurting anyone. */
class DrainWireTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
    private static final String CONFIG =
            """
            listeners {
              https { bind = "127.0.0.1:0", tls = public }
              plain { bind = "127.0.0.1:0" }
            }
            tls.public.certificates = [ { chain = "site.pem", key = "site.key" } ]
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { upstream = app } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.origin().answer(Script.ok("x"));
    }

    @RepeatedTest(3)
    void underLoadNoRequestFailsAndEveryClientIsToldToClose() throws Exception {
        proxy.start(CONFIG);
        try (Load load = Load.start(32, site::client, GET)) {
            load.awaitMore(100);
            proxy.drain();
            load.awaitEnd();
            assertThat(load.failures()).isEmpty();
            assertThat(load.closes()).isEqualTo(32);
            assertThat(load.turnedAway()).isEqualTo(32);
        }
        assertThat(proxy.scrape().sum("portcullis_listener_connections", "listener=\"https\""))
                .isZero();
    }

    @Test
    void aBusyExchangeFinishesWhileNothingNewIsAccepted() throws Exception {
        proxy.start(CONFIG);
        int port = proxy.port("plain");
        proxy.origin().hold();
        try (RawClient busy = site.client();
                RawClient idle = site.client()) {
            busy.send(GET);
            proxy.origin().awaitRequest();
            Thread draining = drain();
            Await.until(() -> ready() == 503, "not ready");
            Await.until(() -> refuses(port), "closed ports");
            idle.awaitClose();
            assertThat(draining.isAlive()).isTrue();
            proxy.origin().release();
            RawResponse answer = busy.readResponse();
            assertThat(answer.body()).isEqualTo("x");
            assertThat(answer.value("Connection")).isEqualTo("close");
            assertThat(busy.readAll()).isEmpty();
            draining.join();
        }
    }

    @Test
    void anIdleConnectionMayStillAskOnce() throws Exception {
        proxy.start(CONFIG);
        proxy.origin().hold();
        try (RawClient busy = site.client();
                RawClient idle = RawClient.plain(proxy.port("plain"))) {
            busy.send(GET);
            proxy.origin().awaitRequest();
            Thread draining = drain();
            Await.until(() -> ready() == 503, "not ready");
            proxy.origin().release();
            // Not ready comes first, then each connection is told: answers between the two keep it open.
            String connection = null;
            for (int i = 0; i < 1000 && connection == null; i++) {
                idle.send(GET);
                connection = idle.readResponse().value("Connection");
            }
            assertThat(connection).isEqualTo("close");
            assertThat(busy.readResponse().status()).isEqualTo(200);
            draining.join();
        }
    }

    @Test
    void aHandshakeThatRunsMayFinishAndAskOnce() throws Exception {
        proxy.start(CONFIG);
        try (RawClient started = RawClient.plain(proxy.port("https"))) {
            Await.until(() -> connections() == 1, "the connection to be accepted");
            Thread draining = drain();
            Await.until(() -> ready() == 503, "not ready");
            started.sendBytes(Hellos.ofJdk("example.com"));
            assertThat(started.readExactly(1)).isEqualTo("\u0016");
            started.close();
            draining.join();
        }
    }

    @Test
    void whatTakesTooLongIsCutAtTheTimeout() throws Exception {
        proxy.start(CONFIG + "drain.timeout = 300 ms\n");
        proxy.origin().hold();
        try (RawClient busy = site.client()) {
            busy.send(GET);
            proxy.origin().awaitRequest();
            proxy.drain();
            busy.awaitClose();
        } finally {
            proxy.origin().release();
        }
        Await.until(() -> connections() == 0, "no connection");
    }

    @Test
    void aReloadIsRefusedMeanwhile() throws Exception {
        proxy.start(CONFIG);
        proxy.drain();
        try (RawClient admin = RawClient.plain(proxy.adminPort())) {
            RawResponse answer = admin.send("POST /reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                    .readResponse();
            assertThat(answer.status()).isEqualTo(422);
            assertThat(answer.body()).contains("stopping");
        }
    }

    private Thread drain() {
        return Thread.ofVirtual().start(() -> {
            try {
                proxy.drain();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static boolean refuses(int port) {
        try (RawClient client = RawClient.plain(port)) {
            return client.localPort() < 0;
        } catch (ConnectException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private int ready() {
        try (RawClient admin = RawClient.plain(proxy.adminPort())) {
            return admin.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse()
                    .status();
        } catch (IOException e) {
            throw new AssertionError("no answer of /readyz", e);
        }
    }

    private double connections() {
        try {
            return proxy.scrape().sum("portcullis_listener_connections", "listener=\"https\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }

    @Test
    void aSecondDrainIsNoDrain() throws Exception {
        proxy.start(CONFIG);
        proxy.drain();
        proxy.drain();
        assertThatThrownBy(() -> RawClient.plain(proxy.port("plain"))).isInstanceOf(ConnectException.class);
    }
}

package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.FailureKind;
import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every wait has an end and a name of its own (rules R16, R17). */
class TimeoutsWireTest {
    private static final String SHORT =
            """
            defaults.upstream { connect-timeout = 300 ms, first-byte-timeout = 400 ms, idle-body-timeout = 300 ms }
            timeouts { request-head = 300 ms, request-body-idle = 300 ms, keep-alive = 400 ms, response-write = 500 ms }
            """;

    @RegisterExtension
    final ProxyExtension proxy = Site.product(SHORT);

    private final Site site = new Site(proxy);

    private void isPrompt(long beganNanos) {
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void r17FirstByte() throws Exception {
        site.origin().answer(Script.partThenHang(""));
        long began = System.nanoTime();
        RawResponse answer = site.fails(GET, 504, FailureKind.FIRST_BYTE_TIMEOUT);
        isPrompt(began);
        assertThat(answer.value("Proxy-Status")).endsWith("http_response_timeout");
        site.origin().connections().getFirst().awaitEnd();
    }

    @Test
    void r17FirstByteOfAHeadThatDoesNotEnd() throws Exception {
        site.origin().answer(Script.partThenHang("HTTP/1.1 200 OK\r\nX-A: "));
        site.fails(GET, 504, FailureKind.FIRST_BYTE_TIMEOUT);
    }

    @Test
    void r17ResponseBodyIdle() throws Exception {
        site.origin().answer(Script.partThenHang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        try (RawClient client = site.client()) {
            assertThat(client.send(GET).readHead().startLine()).isEqualTo("HTTP/1.1 200 OK");
            client.readExactly(4);
            client.awaitClose();
        }
        site.counted(FailureKind.RESPONSE_BODY_TIMEOUT);
        site.logged(FailureKind.RESPONSE_BODY_TIMEOUT);
        site.origin().connections().getFirst().awaitEnd();
    }

    @Test
    void r17AResponseThatKeepsComingIsNotCut() throws Exception {
        String body = "slow but sure";
        site.origin().answer(turn -> {
            turn.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n");
            turn.sendSlowly(body, 2, Duration.ofMillis(100));
        });
        assertThat(site.ask(GET).body()).isEqualTo(body);
        site.nothingFailed();
    }

    @Test
    void r17RequestWrite() throws Exception {
        site.origin().answer(Script.deaf());
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 100000000\r\n\r\n");
            assertThat(client.flood(100_000_000, Duration.ofMillis(300))).isLessThan(100_000_000);
            Site.tells(client.readResponse(), 504, FailureKind.REQUEST_WRITE_TIMEOUT);
        }
        site.counted(FailureKind.REQUEST_WRITE_TIMEOUT);
        site.logged(FailureKind.REQUEST_WRITE_TIMEOUT);
    }

    @Test
    void r17RequestHead() throws Exception {
        try (RawClient client = site.client()) {
            client.send("GET / HTTP/1.1\r\n");
            RawResponse answer = client.readResponse();
            Site.tells(answer, 408, FailureKind.REQUEST_HEAD_TIMEOUT);
            assertThat(answer.values("Connection")).containsExactly("close");
            client.awaitClose();
        }
        site.counted(FailureKind.REQUEST_HEAD_TIMEOUT);
        site.logged(FailureKind.REQUEST_HEAD_TIMEOUT);
        assertThat(site.origin().connections()).isEmpty();
    }

    @Test
    void r17RequestHeadThatTrickles() throws Exception {
        long began = System.nanoTime();
        try (RawClient client = site.client()) {
            String answer = "";
            for (int i = 0; i < 100 && answer.isEmpty(); i++) {
                client.send(i == 0 ? "GET / HTTP/1.1\r\n" : "X-" + i + ": a\r\n")
                        .within(Duration.ofMillis(50));
                answer = someOrNothing(client);
            }
            assertThat(answer).startsWith("HTTP/1.1 408 ");
        }
        isPrompt(began);
        site.counted(FailureKind.REQUEST_HEAD_TIMEOUT);
    }

    private static String someOrNothing(RawClient client) throws IOException {
        try {
            return client.readSome(1000);
        } catch (AssertionError nothingYet) {
            return "";
        }
    }

    @Test
    void r17RequestBodyIdle() throws Exception {
        try (RawClient client = site.client()) {
            client.send("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 10\r\n\r\nhalf");
            Site.tells(client.readResponse(), 408, FailureKind.REQUEST_BODY_TIMEOUT);
            client.awaitClose();
        }
        site.counted(FailureKind.REQUEST_BODY_TIMEOUT);
        site.logged(FailureKind.REQUEST_BODY_TIMEOUT);
        site.origin().connections().getFirst().awaitEnd();
        assertThat(site.origin().requestCount()).isZero();
    }

    @Test
    void r17ResponseWrite() throws Exception {
        String chunk = "0123456789abcdef".repeat(4096);
        site.origin().answer(turn -> {
            turn.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            for (int i = 0; i < 1000; i++) {
                turn.send(chunk);
            }
        });
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port("plain"));
        try (RawClient client = RawClient.plain(address, 8192)) {
            client.send(GET).readHead();
            site.counted(FailureKind.RESPONSE_WRITE_TIMEOUT);
            site.logged(FailureKind.RESPONSE_WRITE_TIMEOUT);
            site.origin().connections().getFirst().awaitEnd();
        }
    }

    @Test
    void r17KeepAliveEndsWithoutAWord() throws Exception {
        try (RawClient client = site.client()) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
            client.awaitClose();
        }
        try (RawClient silent = site.client()) {
            silent.awaitClose();
        }
        site.nothingFailed();
    }

    @Test
    void r17Connect() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> fill = fill(full);
            proxy.reload(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["127.0.0.1:%d"] }
                    routes = [ { upstream = app } ]
                    access-log { format = json, to = "{dir}/access.log" }
                    """
                                    .formatted(full.getLocalPort())
                            + SHORT);
            long began = System.nanoTime();
            site.fails(GET, 504, FailureKind.CONNECT_TIMEOUT);
            isPrompt(began);
            for (Socket socket : fill) {
                socket.close();
            }
        }
    }

    /** Fills the queue of a socket that nobody accepts from; the kernel then answers no further SYN. */
    private static List<Socket> fill(ServerSocket full) throws IOException {
        List<Socket> fill = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            Socket socket = new Socket();
            fill.add(socket);
            try {
                socket.connect(full.getLocalSocketAddress(), 300);
            } catch (SocketTimeoutException isFull) {
                return fill;
            }
        }
        throw new AssertionError("64 connections, and the queue of one is not full");
    }

    @Test
    void r16ARefusedConnectIs502() throws Exception {
        site.origin().stop();
        RawResponse answer = site.fails(GET, 502, FailureKind.CONNECT_REFUSED);
        assertThat(answer.value("Proxy-Status")).endsWith("connection_refused");
        assertThat(answer.body()).doesNotContain("127.0.0.1");
    }

    @Test
    void r16ANameThatDoesNotResolveIs502() throws Exception {
        proxy.reload(
                """
                listeners { plain { bind = "127.0.0.1:0" } }
                upstreams.app { endpoints = ["no-such-host.invalid:80"] }
                routes = [ { upstream = app } ]
                access-log { format = json, to = "{dir}/access.log" }
                """);
        RawResponse answer = site.ask(GET);
        assertThat(answer.status()).isIn(502, 504);
        Await.until(() -> site.failures("side=\"upstream\"") == 1, "one failure of the upstream");
    }

    @Test
    void r17TheClientIsBlamedWhereItStoppedReadingAndTheEndpointWaitsForThat() throws Exception {
        site.origin().answer(Script.unread(turn -> {
            turn.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
            for (String some = turn.readSome(1 << 16); !some.isEmpty(); some = turn.readSome(1 << 16)) {
                turn.send(some);
            }
        }));
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port("plain"));
        try (RawClient client = RawClient.plain(address, 4096)) {
            client.send("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 100000000\r\n\r\n");
            client.flood(100_000_000, Duration.ofSeconds(2));
        }
        site.counted(FailureKind.RESPONSE_WRITE_TIMEOUT);
    }
}

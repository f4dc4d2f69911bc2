package io.portcullis.wire;

import static io.portcullis.wire.Site.GET;
import static io.portcullis.wire.Site.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However an exchange ends, the next one gets its own answer, and at once: there is one connection to the origin and no more, so that
 * one that is lost, or that is kept with something left in it, shows.
 */
class HostileEndsWireTest {
    private static final String POST = "POST /attack HTTP/1.1\r\n" + HOST + "Content-Length: 20\r\n\r\n0123456789";
    private static final String SOCKET = "GET /attack HTTP/1.1\r\n" + HOST
            + "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .config(
                    """
                    runtime.event-loops = 1
                    listeners { plain { bind = "127.0.0.1:0" } }
                    upstreams.app {
                      endpoints = ["{origin}"], max-connections = 1, queue-timeout = 10 s
                      first-byte-timeout = 500 ms, idle-body-timeout = 500 ms
                    }
                    routes = [ { upstream = app } ]
                    timeouts { request-body-idle = 1 s, tunnel-idle = 1 s }
                    access-log { format = off }
                    """);

    private final Site site = new Site(proxy);

    @AfterEach
    void nothingIsLeft() {
        Await.until(
                () -> site.sum("portcullis_requests_in_flight") == 0
                        && site.sum("portcullis_upstream_waiting") == 0
                        && site.sum("portcullis_endpoint_connections") <= 1,
                "nothing is in flight");
    }

    private void theNextGetsItsOwn() throws Exception {
        site.origin().answer(Script.ok("own"));
        for (int i = 0; i < 3; i++) {
            assertThat(site.ask(GET).body()).isEqualTo("own");
        }
    }

    /** What the attacker sends, and what the origin has said when the attacker leaves. */
    static List<Arguments> phases() {
        return Stage.cases(
                GET,
                "",
                GET,
                "HTTP/1.1 2",
                GET,
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
                GET,
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
                GET,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
                GET,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nX-Tr",
                GET,
                "HTTP/1.0 200 OK\r\n\r\nabc",
                POST,
                "",
                POST,
                "HTTP/1.1 100 Continue\r\n\r\n",
                POST,
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
                POST,
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
                SOCKET,
                "",
                SOCKET,
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
                SOCKET,
                "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\nabc");
    }

    private void say(String answer) {
        site.origin().answer(Script.unread(turn -> {
            turn.send(answer);
            turn.hang();
        }));
    }

    private void attack(RawClient client, String request, String answer) throws Exception {
        say(answer);
        client.send(request);
        site.origin().awaitHeads(1);
        if (answer.contains("\r\n\r\n")) {
            client.readHead();
        }
    }

    @ParameterizedTest
    @MethodSource("phases")
    void afterAClientsReset(String request, String answer) throws Exception {
        try (RawClient client = site.client()) {
            attack(client, request, answer);
            client.reset();
        }
        theNextGetsItsOwn();
    }

    @ParameterizedTest
    @MethodSource("phases")
    void afterAClientsClose(String request, String answer) throws Exception {
        try (RawClient client = site.client()) {
            attack(client, request, answer);
        }
        theNextGetsItsOwn();
    }

    @ParameterizedTest
    @MethodSource("phases")
    void afterAClientsHalfCloseAndTheTimeoutThatFollows(String request, String answer) throws Exception {
        try (RawClient client = site.client()) {
            attack(client, request, answer);
            client.halfClose();
            if (!answer.contains(" 101 ")) {
                theNextGetsItsOwn();
            }
        }
        theNextGetsItsOwn();
    }

    @ParameterizedTest
    @MethodSource("phases")
    void afterATimeoutOnEitherSide(String request, String answer) throws Exception {
        try (RawClient client = site.client()) {
            attack(client, request, answer);
            if (!answer.contains(" 101 ")) {
                theNextGetsItsOwn();
            }
        }
        theNextGetsItsOwn();
    }

    @ParameterizedTest
    @MethodSource("phases")
    void afterTheOriginsEnd(String request, String answer) throws Exception {
        site.origin().answer(Script.unread(turn -> turn.send(answer).close()));
        try (RawClient client = site.client()) {
            client.send(request);
            site.origin().awaitHeads(1);
            theNextGetsItsOwn();
        }
    }

    @ParameterizedTest
    @MethodSource("phases")
    void afterTheOriginsReset(String request, String answer) throws Exception {
        site.origin().answer(Script.unread(turn -> turn.send(answer).reset()));
        try (RawClient client = site.client()) {
            client.send(request);
            site.origin().awaitHeads(1);
            theNextGetsItsOwn();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /attack HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX",
                "POST /attack HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost : b\r\n\r\n",
                "POST /attack HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a=\"\\\r\n",
                "POST /attack HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n000000000000000000001\r\na\r\n0\r\n\r\n",
            })
    void afterABodyThatCannotBeRead(String request) throws Exception {
        site.origin().answer(Script.ok("never"));
        assertThat(site.ask(request).status()).isEqualTo(400);
        theNextGetsItsOwn();
        assertThat(site.origin().requests()).noneMatch(seen -> seen.target().equals("/attack"));
    }
}

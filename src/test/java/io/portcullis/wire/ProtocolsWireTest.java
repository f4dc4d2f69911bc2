package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Http2Origin;
import io.portcullis.testkit.Http2Turn;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TextClient;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same exchanges from HTTP/1.1 and HTTP/2 clients to HTTP/1.1 and HTTP/2 endpoints. */
class ProtocolsWireTest {
    /** Who speaks what. */
    enum Way {
        H1_TO_H1(false, false),
        H1_TO_H2(false, true),
        H2_TO_H1(true, false),
        H2_TO_H2(true, true);

        final boolean client2;
        final boolean endpoint2;

        Way(boolean client2, boolean endpoint2) {
            this.client2 = client2;
            this.endpoint2 = endpoint2;
        }

        String host() {
            return endpoint2 ? "two.example" : "one.example";
        }
    }

    private static final Http2Origin ORIGIN2 = Http2Origin.start();

    @RegisterExtension
    static final ProxyExtension PROXY = new ProxyExtension()
            .word("origin2", ORIGIN2.address())
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0", h2c = on } }
                    upstreams.one { endpoints = ["{origin}"] }
                    upstreams.two { endpoints = ["{origin2}"], protocol = h2c }
                    routes = [
                      { host = "one.example", upstream = one }
                      { host = "two.example", upstream = two }
                    ]
                    access-log { format = off }
                    """);

    @AfterAll
    static void close() throws IOException {
        ORIGIN2.close();
    }

    @ParameterizedTest
    @EnumSource
    void aGetGoesThereAndItsAnswerBack(Way way) throws Exception {
        respond("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\nConnection: x-gone\r\nX-Kept: 1\r\n\r\nhello");
        TextClient.Answer answer = ask(way, "GET /a/b?c=d HTTP/1.1\r\nHost: " + way.host() + "\r\nX-C: d\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.field("X-A")).isEqualTo("b");
        assertThat(answer.field("Content-Length")).isEqualTo("5");
        assertThat(answer.field("Via")).isNotNull();
        RawRequest seen = last(way);
        assertThat(seen.method()).isEqualTo("GET");
        assertThat(seen.target()).isEqualTo("/a/b?c=d");
        assertThat(seen.value("X-C")).isEqualTo("d");
        assertThat(seen.value("X-Forwarded-Host")).isEqualTo(way.host());
        assertThat(seen.value("X-Request-Id")).isNotNull();
        assertThat(seen.body()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBodyOfKnownLengthArrives(Way way) throws Exception {
        echo();
        TextClient.Answer answer =
                ask(way, "POST / HTTP/1.1\r\nHost: " + way.host() + "\r\nContent-Length: 10\r\n\r\n0123456789");
        assertThat(answer.body()).isEqualTo("0123456789");
        assertThat(last(way).value("Content-Length")).isEqualTo("10");
    }

    @ParameterizedTest
    @EnumSource
    void aBodyOfUnknownLengthArrivesPieceByPiece(Way way) throws Exception {
        echo();
        try (TextClient client = client(way)) {
            client.begin("POST / HTTP/1.1\r\nHost: " + way.host() + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.piece("one").piece("two").end();
            assertThat(client.answer().body()).isEqualTo("onetwo");
        }
        assertThat(last(way).value("Content-Length")).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void trailersFollowBothBodies(Way way) throws Exception {
        respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 7\r\n\r\n");
        TextClient.Answer answer = ask(
                way,
                "POST / HTTP/1.1\r\nHost: " + way.host()
                        + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Check: 9\r\n\r\n");
        assertThat(answer.body()).isEqualTo("body");
        assertThat(answer.trailers()).containsExactly("x-sum: 7");
        RawRequest seen = last(way);
        assertThat(seen.body()).isEqualTo("abc");
        assertThat(seen.trailers()).hasSize(1);
        assertThat(seen.trailers().getFirst().value()).isEqualTo("9");
    }

    @ParameterizedTest
    @EnumSource
    void interimResponsesArriveBeforeTheAnswer(Way way) throws Exception {
        respond("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        TextClient.Answer answer = ask(way, "GET / HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n");
        assertThat(answer.interims()).containsExactly(103, 103);
        assertThat(answer.body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource
    void headHasALengthAndNoBody(Way way) throws Exception {
        respond("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
        try (TextClient client = client(way)) {
            TextClient.Answer answer = client.send("HEAD / HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n")
                    .answer();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("Content-Length")).isEqualTo("7");
            assertThat(answer.body()).isEmpty();
            // And the connection is still in step.
            respond("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
            assertThat(client.send("GET / HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n")
                            .answer()
                            .body())
                    .isEqualTo("next");
        }
    }

    @ParameterizedTest
    @EnumSource
    void noContentAndNotModifiedHaveNoBody(Way way) throws Exception {
        for (String line : List.of("204 No Content", "304 Not Modified")) {
            respond("HTTP/1.1 " + line + "\r\nETag: \"a\"\r\n\r\n");
            TextClient.Answer answer = ask(way, "GET / HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(Integer.parseInt(line.substring(0, 3)));
            assertThat(answer.field("ETag")).isEqualTo("\"a\"");
            assertThat(answer.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void r06AnAnswerBeforeTheBodysEndArrives(Way way) throws Exception {
        String full = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig";
        PROXY.origin().answer(Script.unread(turn -> turn.respond(full)));
        ORIGIN2.answer(turn -> turn.respond(full));
        try (TextClient client = client(way)) {
            client.begin("POST / HTTP/1.1\r\nHost: " + way.host() + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.piece("some");
            TextClient.Answer answer = client.answer();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo("big");
        }
        if (way.endpoint2) {
            assertThat(lastTurn().awaitReset()).isEqualTo("CANCEL");
        }
    }

    @ParameterizedTest
    @EnumSource
    void r07AClientThatLeavesEndsTheTryAtTheEndpoint(Way way) throws Exception {
        PROXY.origin().answer(Script.partThenHang("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"));
        ORIGIN2.answer(turn -> turn.head(200, "content-length", "9").data("x", false));
        int heads = PROXY.origin().awaitHeads(0).size();
        try (TextClient client = client(way)) {
            client.send("GET / HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n");
            client.readHead();
            client.abort();
            if (way.endpoint2) {
                assertThat(lastTurn().awaitReset()).isEqualTo("CANCEL");
                assertThat(lastTurn().connection().isEnded()).isFalse();
            } else {
                PROXY.origin().awaitHeads(heads + 1);
                PROXY.origin().connections().getLast().awaitEnd();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void f28AnAnswerThatBreaksOffIsNotTakenForWhole(Way way) throws Exception {
        PROXY.origin().answer(Script.partThenClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"));
        ORIGIN2.answer(turn -> turn.head(200).data("x", false).reset(turn.stream(), "INTERNAL_ERROR"));
        try (TextClient client = client(way)) {
            client.send("GET / HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n");
            assertThat(client.isCut()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEndpointThatSaysNothingAndGoesIsABadGateway(Way way) throws Exception {
        PROXY.origin().answer(Script.partThenClose(""));
        ORIGIN2.answer(turn -> turn.reset(turn.stream(), "INTERNAL_ERROR"));
        TextClient.Answer answer =
                ask(way, "POST / HTTP/1.1\r\nHost: " + way.host() + "\r\nContent-Length: 1\r\n\r\nx");
        assertThat(answer.status()).isEqualTo(502);
    }

    @ParameterizedTest
    @EnumSource
    void largeAnswersArriveWhole(Way way) throws Exception {
        String body = "0123456789abcdef".repeat(256 * 1024);
        respond("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        TextClient.Answer answer = ask(way, "GET / HTTP/1.1\r\nHost: " + way.host() + "\r\n\r\n");
        assertThat(answer.body().length()).isEqualTo(body.length());
        assertThat(answer.body().equals(body)).isTrue();
    }

    private static TextClient client(Way way) throws IOException {
        return TextClient.of(way.client2, PROXY.port("plain"));
    }

    private static TextClient.Answer ask(Way way, String request) throws IOException {
        try (TextClient client = client(way)) {
            return client.send(request).answer();
        }
    }

    private static void respond(String response) {
        PROXY.origin().respond(response);
        ORIGIN2.respond(response);
    }

    private static void echo() {
        PROXY.origin().answer(Script.echo());
        ORIGIN2.respond(request ->
                "HTTP/1.1 200 OK\r\nContent-Length: " + request.body().length() + "\r\n\r\n" + request.body());
    }

    private static RawRequest last(Way way) throws IOException {
        return way.endpoint2 ? lastTurn().request() : PROXY.origin().requests().getLast();
    }

    private static Http2Turn lastTurn() {
        return ORIGIN2.turns().getLast();
    }
}

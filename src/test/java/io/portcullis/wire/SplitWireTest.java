package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Turn;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However the network cuts a valid exchange, both sides see the same. */
class SplitWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product();

    /** Long enough that the first half is read by itself, nearly always. */
    private static final Duration PAUSE = Duration.ofNanos(500_000);

    private static final String UPGRADE = "GET /a HTTP/1.1\r\n" + HOST + "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String ACCEPT =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final String ACCEPTED =
            "HTTP/1.1 101 Switching Protocols\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n"
                    + "Via: 1.1 portcullis\nConnection: Upgrade\nUpgrade: websocket\n";

    /** One valid exchange, or several on one connection. */
    enum Play {
        PIPELINED(
                "GET /a?b HTTP/1.1\r\n" + HOST + "X-A: b\r\n\r\nGET /c HTTP/1.1\r\n" + HOST + "\r\n",
                2,
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-B: c\r\n\r\nhello"),
        LENGTH(
                "POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 11\r\n\r\nhello world",
                1,
                "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"),
        CHUNKED(
                "POST /a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
                        + "5;a=\"b\\\"; c\"\r\nhello\r\n006\r\n world\r\n0;d\r\nX-T: u\r\nX-V: w x\r\n\r\n",
                1,
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        HEAD("HEAD /a HTTP/1.1\r\n" + HOST + "\r\n", 1, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n"),
        CHUNKED_RESPONSE(
                "GET /a HTTP/1.1\r\n" + HOST + "\r\n",
                1,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n6\r\n wor"
                        + "ld\r\n0\r\nX-T: u\r\n\r\n"),
        NO_CONTENT("DELETE /a HTTP/1.1\r\n" + HOST + "\r\n", 1, "HTTP/1.1 204 No Content\r\nX-B: c\r\n\r\n"),
        NOT_MODIFIED(
                "GET /a HTTP/1.1\r\n" + HOST + "If-None-Match: \"a\"\r\n\r\n",
                1,
                "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n"),
        UNTIL_CLOSE("GET /a HTTP/1.1\r\n" + HOST + "\r\n", 1, "HTTP/1.1 200 OK\r\nX-B: c\r\n\r\nhello world"),
        EARLY_HINTS(
                "GET /a HTTP/1.1\r\n" + HOST + "\r\n",
                2,
                "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        final String request;
        final int responses;
        final String response;

        Play(String request, int responses, String response) {
            this.request = request;
            this.responses = responses;
            this.response = response;
        }

        int requests() {
            return this == PIPELINED ? 2 : 1;
        }

        String method() {
            return this == HEAD ? "HEAD" : "GET";
        }
    }

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest
    @EnumSource(Play.class)
    void aRequestCutAnywhereIsTheSameRequest(Play play) throws Exception {
        stage.origin().answer(turn -> answer(turn, play, 0));
        try (RawClient client = stage.client()) {
            String whole = perform(client, play, 0);
            for (int cut = 1; cut < play.request.length(); cut++) {
                assertThat(perform(client, play, cut))
                        .as("cut after %d bytes", cut)
                        .isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Play.class)
    void aResponseCutAnywhereIsTheSameResponse(Play play) throws Exception {
        stage.origin().answer(turn -> answer(turn, play, 0));
        try (RawClient client = stage.client()) {
            String whole = perform(client, play, 0);
            for (int i = 1; i < play.response.length(); i++) {
                int cut = i;
                stage.origin().answer(turn -> answer(turn, play, cut));
                assertThat(perform(client, play, 0))
                        .as("cut after %d bytes", cut)
                        .isEqualTo(whole);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Play.class)
    void singleBytesAreTheSameExchange(Play play) throws Exception {
        stage.origin().answer(turn -> answer(turn, play, 0));
        try (RawClient client = stage.client(Stage.Hop.SECURE)) {
            String whole = perform(client, play, 0);
            stage.origin().answer(turn -> {
                for (int i = 0; i < play.response.length(); i++) {
                    turn.send(play.response.substring(i, i + 1));
                }
                end(turn, play);
            });
            Sight before = Sight.of(stage.origin());
            for (int i = 0; i < play.request.length(); i++) {
                client.send(play.request.substring(i, i + 1));
            }
            assertThat(outcome(client, play, before)).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void anUpgradeCutAnywhereIsTheSameTunnel(Stage.Hop hop) throws Exception {
        String asked = UPGRADE + "frame";
        Sight before = Sight.of(stage.origin());
        for (int i = 1; i < asked.length(); i++) {
            int cut = i;
            stage.origin().answer(turn -> converse(turn, ACCEPT + "hello", Math.min(cut, ACCEPT.length() + 4)));
            try (RawClient client = stage.client(hop)) {
                client.send(asked.substring(0, cut));
                pause();
                client.send(asked.substring(cut));
                assertThat(steady(client.readHead()))
                        .as("cut after %d bytes", cut)
                        .isEqualTo(ACCEPTED);
                assertThat(client.readExactly(5)).isEqualTo("hello");
                assertThat(client.readExactly(5)).isEqualTo("FRAME");
                client.awaitClose();
            }
        }
        assertThat(before.receivedSince()).hasSize(asked.length() - 1).allSatisfy(received -> assertThat(received)
                .matches("(?s)GET /a HTTP/1.1\r\n.*\r\n\r\nframe"));
    }

    private static void converse(Turn turn, String response, int cut) throws IOException {
        turn.send(response.substring(0, cut));
        pause();
        turn.send(response.substring(cut));
        StringBuilder got = new StringBuilder();
        while (got.length() < 5) {
            got.append(turn.readSome(5 - got.length()));
        }
        turn.send(got.toString().toUpperCase(Locale.ROOT)).close();
    }

    private static void answer(Turn turn, Play play, int cut) throws IOException {
        if (cut > 0) {
            turn.send(play.response.substring(0, cut));
            pause();
        }
        turn.send(play.response.substring(cut));
        end(turn, play);
    }

    private static void end(Turn turn, Play play) throws IOException {
        if (play == Play.UNTIL_CLOSE) {
            turn.close();
        }
    }

    private String perform(RawClient client, Play play, int cut) throws IOException {
        Sight before = Sight.of(stage.origin());
        if (cut > 0) {
            client.send(play.request.substring(0, cut));
            pause();
        }
        client.send(play.request.substring(cut));
        return outcome(client, play, before);
    }

    private static void pause() {
        Await.throughout(PAUSE, () -> true, "a pause");
    }

    /** All that both sides saw, but for what differs from one exchange to the next. */
    private String outcome(RawClient client, Play play, Sight before) throws IOException {
        List<String> seen = new ArrayList<>();
        for (int i = 0; i < play.responses; i++) {
            RawResponse answer = client.readResponse(play.method());
            seen.add(steady(answer.head()) + "\n" + answer.body() + "\n" + answer.trailers());
        }
        for (RawRequest request : before.requestsSince(play.requests())) {
            seen.add(steady(request.head()) + "\n" + request.body() + "\n" + request.trailers());
        }
        return String.join("\n--\n", seen);
    }

    private static String steady(RawHead head) {
        return head.raw()
                .lines()
                .filter(line -> !line.startsWith("X-Request-Id: ") && !line.startsWith("Date: "))
                .collect(Collectors.joining("\n"));
    }
}

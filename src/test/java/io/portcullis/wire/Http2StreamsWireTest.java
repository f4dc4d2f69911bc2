package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and ends of streams: lengths, trailers, interim responses, early answers, windows, resets. */
class Http2StreamsWireTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    @RegisterExtension
    static final ProxyExtension PROXY =
            Http2Stage.product("""
            limits { request-body = 16 MiB }
            """);

    private final Http2Stage stage = new Http2Stage(PROXY);

    @AfterEach
    void release() {
        stage.origin().release();
    }

    private static List<RawFrame> lengths(String how) {
        RawFrame head = RawFrame.headers(1, false, RawBlock.request("POST", "/victim", "content-length", "4"));
        RawFrame three = RawFrame.data(1, false, new byte[3]);
        return switch (how) {
            case "on HEADERS" ->
                List.of(RawFrame.headers(1, true, RawBlock.request("POST", "/victim", "content-length", "4")));
            case "on DATA" -> List.of(head, RawFrame.data(1, true, new byte[3]));
            case "on an empty DATA" -> List.of(head, three, RawFrame.data(1, true, new byte[0]));
            case "on DATA of padding" -> List.of(head, three, new RawFrame(0, 9, 1, new byte[] {2, 0, 0}));
            case "on trailers" -> List.of(head, three, RawFrame.headers(1, true, RawBlock.of("x", "y")));
            case "by more" -> List.of(head, RawFrame.data(1, true, new byte[5]));
            default -> List.of(head, three, RawFrame.data(1, false, new byte[2]), RawFrame.data(1, true, new byte[0]));
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "on HEADERS",
                "on DATA",
                "on an empty DATA",
                "on DATA of padding",
                "on trailers",
                "by more",
                "by more, later"
            })
    void t06ContentLengthMustBeTheSumOfData(String how) throws Exception {
        stage.origin().answer(Script.ok("ok"));
        Sight before = Sight.of(stage.origin());
        try (RawHttp2 client = stage.client()) {
            client.send(lengths(how).toArray(RawFrame[]::new));
            assertThat(client.reset(1)).isEqualTo("PROTOCOL_ERROR");
            client.stream();
            assertThat(client.answer(client.get(Sight.SENTINEL)).status()).isEqualTo(200);
        }
        before.isFollowedByNoWholeVictim();
    }

    @Test
    void t10DataOnAStreamThatHasEndedNeverReachesTheOrigin() throws Exception {
        stage.origin().answer(Script.ok("ok"));
        try (RawHttp2 client = stage.client()) {
            int stream = client.get("/");
            client.answer(stream);
            client.data(stream, true, "GET /smuggled HTTP/1.1\r\n\r\n");
            assertThat(client.reset(stream)).isEqualTo("STREAM_CLOSED");
            assertThat(client.answer(client.get("/")).status()).isEqualTo(200);
        }
        assertThat(stage.origin().awaitHeads(0)).noneMatch(head -> head.raw().contains("smuggled"));
    }

    @Test
    void h04TrailersPassBothWays() throws Exception {
        stage.origin()
                .respond("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 1\r\n"
                        + "Content-Length: 9\r\nX-Other: 2\r\n\r\n");
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, RawBlock.request("POST", "/"));
            client.data(stream, false, "abc");
            client.send(RawFrame.headers(
                    stream, true, RawBlock.of("x-check", "7", "host", "evil", "content-length", "1", "cookie", "a")));
            RawHttp2Answer answer = client.answer(stream);
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(answer.trailers()).extracting(RawHead.Field::toString).containsExactly("x-sum: 1", "x-other: 2");
        }
        RawRequest seen = stage.origin().requests().getLast();
        assertThat(seen.body()).isEqualTo("abc");
        assertThat(seen.trailers()).extracting(RawHead.Field::toString).containsExactly("x-check: 7");
    }

    @Test
    void trailersBehindAnEmptyBodyEndTheRequest() throws Exception {
        stage.origin().answer(Script.ok("ok"));
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, RawBlock.request("POST", "/"));
            client.send(RawFrame.headers(stream, true, RawBlock.of("x-check", "7")));
            assertThat(client.answer(stream).status()).isEqualTo(200);
        }
        assertThat(stage.origin().requests().getLast().trailers()).hasSize(1);
    }

    @Test
    void interimResponsesComeBeforeTheFinalOne() throws Exception {
        stage.origin().answer(Script.unread(turn -> {
            turn.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nConnection: x\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
            turn.respond(OK);
        }));
        try (RawHttp2 client = stage.client()) {
            RawHttp2Answer answer = client.answer(client.get("/"));
            assertThat(answer.interims()).containsExactly(103, 102);
            assertThat(answer.interimValue("link")).isEqualTo("</a>");
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void e05AClientMayWaitForContinue() throws Exception {
        stage.origin().answer(Script.unread(turn -> {
            turn.send("HTTP/1.1 100 Continue\r\n\r\n");
            turn.respond("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"
                    + turn.request().body());
        }));
        try (RawHttp2 client = stage.client()) {
            int stream =
                    client.open(false, RawBlock.request("POST", "/", "expect", "100-continue", "content-length", "3"));
            client.await(stream, answer -> answer.interims().contains(100));
            assertThat(client.data(stream, true, "abc").answer(stream).body()).isEqualTo("abc");
            int unknown = client.open(true, RawBlock.request("POST", "/", "expect", "200-ok"));
            assertThat(client.answer(unknown).status()).isEqualTo(417);
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200, 5", "GET, 204, ", "GET, 304, 5", "GET, 205, 0"})
    void u02AResponseWithoutABodyEndsWithItsHead(String method, int status, String length) throws Exception {
        String told = length == null ? "" : "Content-Length: " + length + "\r\n";
        stage.origin().respond("HTTP/1.1 " + status + " X\r\n" + told + "\r\n");
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(true, RawBlock.request(method, "/"));
            RawHttp2Answer answer = client.answer(stream);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.pieces()).isEmpty();
            assertThat(answer.value("content-length")).isEqualTo(length);
            assertThat(answer.reset()).isEmpty();
        }
    }

    @Test
    void r06AnEarlyAnswerComesWholeAndThenTheRestIsNotWanted() throws Exception {
        stage.origin().answer(Script.unread(turn -> turn.send(OK).close()));
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, RawBlock.request("PUT", "/up", "content-length", "1000000"));
            client.data(stream, false, "beginning");
            RawHttp2Answer answer = client.answer(stream);
            assertThat(answer.body()).isEqualTo("ok");
            assertThat(answer.isEnded()).isTrue();
            assertThat(client.reset(stream)).isEqualTo("NO_ERROR");
            client.data(stream, false, "late").data(stream, true, "later");
            stage.origin().answer(Script.ok("ok"));
            assertThat(client.answer(client.get("/")).status()).isEqualTo(200);
            assertThat(client.seen()).extracting(RawFrame::type).doesNotContain(RawFrame.GOAWAY);
        }
    }

    @Test
    void r07AResetCancelsTheRequestAtTheOrigin() throws Exception {
        stage.origin().answer(Script.partThenHang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        Sight before = Sight.of(stage.origin());
        try (RawHttp2 client = stage.client()) {
            int stream = client.get("/hang");
            client.await(stream, answer -> answer.body().equals("half"));
            long ended = stage.endedAtOrigin();
            client.send(RawFrame.reset(stream, "CANCEL"));
            stage.awaitEndAtOrigin(ended);
            stage.origin().answer(Script.ok("ok"));
            assertThat(client.answer(client.get("/")).status()).isEqualTo(200);
            assertThat(client.soFar(stream).body()).isEqualTo("half");
        }
        assertThat(before.heads()).isLessThan(stage.origin().awaitHeads(0).size());
    }

    @Test
    void f28AnAnswerThatBreaksOffResetsItsStreamOnly() throws Exception {
        stage.origin().answer(Script.partThenClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        try (RawHttp2 client = stage.client()) {
            int stream = client.get("/");
            assertThat(client.reset(stream)).isEqualTo("INTERNAL_ERROR");
            assertThat(client.soFar(stream).isEnded()).isFalse();
            stage.origin().answer(Script.ok("ok"));
            assertThat(client.answer(client.get("/")).status()).isEqualTo(200);
        }
    }

    @Test
    void f28ARequestThatIsResetIsNotPassedOnAsWhole() throws Exception {
        stage.origin().answer(Script.ok("ok"));
        Sight before = Sight.of(stage.origin());
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, RawBlock.request("POST", "/victim"));
            client.data(stream, false, "half");
            stage.origin().awaitHeads(before.heads() + 1);
            client.send(RawFrame.reset(stream, "CANCEL"));
            assertThat(client.answer(client.get(Sight.SENTINEL)).status()).isEqualTo(200);
        }
        before.isFollowedByNoWholeVictim();
    }
}

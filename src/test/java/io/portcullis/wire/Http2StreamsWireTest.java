package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
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
    void l01ABodyThatSaysItIsTooLargeIs413() throws Exception {
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, RawBlock.request("POST", "/", "content-length", "16777217"));
            assertThat(client.answer(stream).status()).isEqualTo(413);
            assertThat(client.reset(stream)).isEqualTo("NO_ERROR");
        }
    }

    @Test
    void l01ABodyThatGrowsTooLargeIs413() throws Exception {
        stage.origin().answer(Script.swallow(OK));
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, RawBlock.request("POST", "/"));
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    client.answer(stream);
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            upload(client, stream, 17 * 1024 * 1024);
            reader.join(Await.LIMIT);
            assertThat(client.soFar(stream).status()).isEqualTo(413);
        }
    }

    /** Sends as the windows that came allow, until the stream is answered. */
    private static void upload(RawHttp2 client, int stream, int bytes) throws Exception {
        byte[] piece = new byte[16 * 1024];
        for (int sent = 0; sent < bytes && client.soFar(stream).status() == 0; sent += piece.length) {
            int needed = sent + piece.length;
            Await.until(
                    () -> client.soFar(stream).status() != 0
                            || Math.min(allowed(client, 0, 65535), allowed(client, stream, 256 * 1024)) >= needed,
                    "a window for " + needed + " bytes");
            client.send(RawFrame.data(stream, false, piece));
        }
    }

    private static long allowed(RawHttp2 client, int stream, long first) {
        return first
                + client.seen().stream()
                        .filter(frame -> frame.type() == RawFrame.WINDOW_UPDATE && frame.stream() == stream)
                        .mapToLong(frame -> frame.number(0))
                        .sum();
    }

    @Test
    void t18DataFollowsTheClientsWindowsAlsoWhereTheyShrinkBelowZero() throws Exception {
        stage.origin().answer(Script.ok("x".repeat(100_000)));
        try (RawHttp2 client = stage.client().silent()) {
            client.send(RawFrame.settings(4, 1000));
            int stream = client.get("/");
            client.await(stream, answer -> answer.body().length() == 1000);
            client.send(RawFrame.settings(4, 10)).ping();
            client.send(RawFrame.windowUpdate(stream, 990)).ping();
            assertThat(client.soFar(stream).body()).hasSize(1000);
            client.send(RawFrame.windowUpdate(stream, 1));
            client.await(stream, answer -> answer.body().length() == 1001);
            client.send(RawFrame.settings(4, 1_000_000), RawFrame.windowUpdate(0, 1_000_000));
            assertThat(client.answer(stream).body()).hasSize(100_000);
            assertThat(client.soFar(stream).pieces()).allMatch(size -> size <= 16 * 1024);
        }
    }

    @Test
    void r07AResetCancelsTheRequestAtTheOrigin() throws Exception {
        stage.origin().answer(Script.partThenHang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        Sight before = Sight.of(stage.origin());
        try (RawHttp2 client = stage.client()) {
            int stream = client.get("/hang");
            client.await(stream, answer -> answer.body().equals("half"));
            client.send(RawFrame.reset(stream, "CANCEL"));
            stage.origin().connections().getLast().awaitEnd();
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

    @Test
    void eachEventOfAnEventStreamComesAtOnce() throws Exception {
        Semaphore next = new Semaphore(0);
        stage.origin().answer(turn -> {
            turn.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
            for (int i = 0; i < 5; i++) {
                turn.send("data: " + i + "\n\n");
                next.acquireUninterruptibly();
            }
            turn.close();
        });
        try (RawHttp2 client = stage.client()) {
            int stream = client.get("/events");
            for (int i = 0; i < 5; i++) {
                String event = "data: " + i + "\n\n";
                client.await(stream, answer -> answer.body().endsWith(event));
                next.release();
            }
            assertThat(client.answer(stream).isEnded()).isTrue();
        } finally {
            next.release(5);
        }
    }

    @Test
    void fiftyStreamsWithBodiesBothWaysRunAtOnceAndAStalledOneStopsNone() throws Exception {
        stage.origin().answer(new StalledOrEcho());
        String body = "0123456789".repeat(2000);
        try (RawHttp2 client = stage.secure()) {
            List<Integer> stalled = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int stream = client.open(false, RawBlock.request("POST", "/stalled"));
                stalled.add(stream);
                for (int sent = 0; sent < 256 * 1024; sent += 16 * 1024) {
                    client.send(RawFrame.data(stream, false, new byte[16 * 1024]));
                }
            }
            List<Integer> streams = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                streams.add(client.open(false, RawBlock.request("POST", "/" + i)));
            }
            long sent = 3 * 256 * 1024;
            for (int at = 0; at < body.length(); at += 1000) {
                for (int stream : streams) {
                    sent += 1000;
                    awaitWindow(client, sent);
                    client.data(stream, at + 1000 == body.length(), stream % 10 + body.substring(at + 1, at + 1000));
                }
            }
            for (int stream : streams) {
                assertThat(client.answer(stream).body())
                        .hasSize(body.length())
                        .startsWith(Integer.toString(stream % 10));
            }
            for (int stream : stalled) {
                client.send(RawFrame.reset(stream, "CANCEL"));
            }
            client.ping();
        }
    }

    private static void awaitWindow(RawHttp2 client, long needed) throws Exception {
        while (allowed(client, 0, 65535) < needed) {
            client.next();
        }
    }

    private record StalledOrEcho() implements Script {
        @Override
        public void answer(Turn turn) throws java.io.IOException {
            if (turn.head().startLine().contains("/stalled")) {
                turn.hang();
            } else {
                String body = turn.request().body();
                turn.respond("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            }
        }

        @Override
        public boolean readsBodyFirst() {
            return false;
        }
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Large bodies over HTTP/2: limits, windows, streams beside each other. */
class Http2WindowsWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY =
            Http2Stage.product("""
            limits { request-body = 16 MiB }
            """);

    private final Http2Stage stage = new Http2Stage(PROXY);

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
        stage.origin().answer(Script.swallow("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
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

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.Script;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How HTTP/2 connections end that nobody wants any more: by time, by drain, by reload, by a client that takes nothing. */
class Http2EndsWireTest {
    private static final String MORE =
            """
            timeouts {
              request-head = 500 ms, request-body-idle = 500 ms, keep-alive = 700 ms, response-write = 700 ms
            }
            """;

    @RegisterExtension
    final ProxyExtension proxy = Http2Stage.product(MORE);

    private final Http2Stage stage = new Http2Stage(proxy);

    @Test
    void anIdleConnectionIsToldGoodbye() throws Exception {
        try (RawHttp2 client = stage.client()) {
            assertThat(client.answer(client.get("/")).status()).isEqualTo(200);
            assertThat(client.goAwayAndClose()).isEqualTo("NO_ERROR");
        }
    }

    @Test
    void controlFramesDoNotKeepAnIdleConnection() throws Exception {
        try (RawHttp2 client = stage.client()) {
            client.silent();
            while (client.seen().stream().noneMatch(frame -> frame.type() == RawFrame.GOAWAY)) {
                client.send(RawFrame.ping());
                client.next();
                Await.throughout(Duration.ofMillis(20), () -> true, "a pause");
            }
        }
    }

    @Test
    void t13ABlockThatDoesNotEndInTimeEndsTheConnection() throws Exception {
        RawFrame begun = new RawFrame(
                RawFrame.HEADERS, RawFrame.END_STREAM, 1, RawBlock.get("/").toBytes());
        stage.ends("ENHANCE_YOUR_CALM", "head_timeout", begun);
    }

    @Test
    void l02AHeadThatTricklesInOneFrameEndsTheConnection() throws Exception {
        stage.origin().hold();
        byte[] head = RawFrame.headers(3, true, RawBlock.get("/slow")).toBytes();
        try (RawHttp2 client = stage.client()) {
            client.get("/held");
            client.sendBytes(java.util.Arrays.copyOf(head, 20));
            assertThat(client.goAwayAndClose()).isEqualTo("ENHANCE_YOUR_CALM");
        }
        stage.origin().release();
        stage.awaitBroken("head_timeout", 1);
    }

    @Test
    void r16ABodyThatStopsIs408() throws Exception {
        stage.origin().answer(Script.deaf());
        try (RawHttp2 client = stage.client()) {
            int stream = client.open(false, RawBlock.request("POST", "/"));
            client.data(stream, false, "half");
            assertThat(client.answer(stream).status()).isEqualTo(408);
            assertThat(client.reset(stream)).isEqualTo("NO_ERROR");
        }
        stage.awaitFailures("request_body_timeout", 1);
    }

    @Test
    void t15AStreamWhoseWindowStaysShutIsEndedAndTheOthersLive() throws Exception {
        stage.origin().answer(Script.ok("x".repeat(300_000)));
        try (RawHttp2 client = stage.client()) {
            client.silent().send(RawFrame.settings(4, 0));
            int shut = client.get("/shut");
            assertThat(client.reset(shut)).isEqualTo("ENHANCE_YOUR_CALM");
            client.send(RawFrame.settings(4, 1_000_000), RawFrame.windowUpdate(0, 1_000_000));
            assertThat(client.answer(client.get("/")).body()).hasSize(300_000);
        }
        stage.awaitFailures("response_write_timeout", 1);
    }

    @Test
    void t15TinyWindowsAreTooSlow() throws Exception {
        stage.origin().answer(Script.ok("x".repeat(300_000)));
        try (RawHttp2 client = stage.client()) {
            client.silent().send(RawFrame.settings(4, 0));
            int slow = client.get("/slow");
            RawHttp2Answer answer = client.soFar(slow);
            while (answer.reset().isEmpty()) {
                client.sendAsFarAsItGoes(RawFrame.windowUpdate(slow, 1).toBytes())
                        .next();
                Await.throughout(Duration.ofMillis(20), () -> true, "a pause");
            }
            assertThat(answer.body().length()).isLessThan(1000);
            assertThat(answer.reset()).isEqualTo("ENHANCE_YOUR_CALM");
        }
        stage.awaitFailures("response_too_slow", 1);
    }

    @Test
    void t15AClientThatReadsNothingLosesItsConnection() throws Exception {
        stage.origin().answer(Script.ok("x".repeat(300_000)));
        try (RawHttp2 client = RawHttp2.over(RawClient.plain(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port("plain")), 4096))
                .begin(4, Integer.MAX_VALUE)) {
            client.send(RawFrame.windowUpdate(0, Integer.MAX_VALUE - 65535));
            for (int i = 0; i < 40; i++) {
                client.get("/");
            }
            stage.awaitBroken("unread", 1);
            Await.until(() -> stage.sum("portcullis_requests_in_flight") == 0, "nothing in flight");
        }
    }

    @Test
    void t19ADrainTakesWhatIsOnItsWayAndRefusesTheRest() throws Exception {
        stage.origin().hold();
        try (RawHttp2 client = stage.client()) {
            client.ping();
            int running = client.get("/running");
            stage.origin().awaitHeads(1);
            Thread drain = Thread.ofVirtual().start(this::drain);
            client.silent();
            RawFrame first = client.nextOf(RawFrame.GOAWAY);
            assertThat(List.of(first.number(0), first.number(4))).containsExactly(Integer.MAX_VALUE, 0);
            RawFrame ping = client.nextOf(RawFrame.PING);
            int crossing = client.get("/crossing");
            stage.origin().awaitHeads(2);
            client.send(new RawFrame(RawFrame.PING, RawFrame.ACK, 0, ping.payload()));
            RawFrame second = client.nextOf(RawFrame.GOAWAY);
            assertThat(List.of(second.number(0), second.number(4))).containsExactly(crossing, 0);
            int late = client.get("/late");
            assertThat(client.reset(late)).isEqualTo("REFUSED_STREAM");
            stage.origin().release();
            assertThat(client.answer(running).status()).isEqualTo(200);
            assertThat(client.answer(crossing).status()).isEqualTo(200);
            client.readToEnd();
            assertThat(client.seen())
                    .filteredOn(frame -> frame.type() == RawFrame.GOAWAY)
                    .hasSize(2);
            drain.join();
        }
        assertThat(stage.origin().awaitHeads(2)).hasSize(2);
    }

    /** A client that answers no PING has a moment, however busy it is. */
    @Test
    void t19ABusyClientThatAnswersNoPingIsRefusedAfterAMoment() throws Exception {
        stage.origin().hold();
        try (RawHttp2 client = stage.client()) {
            client.ping().silent();
            int running = client.get("/running");
            stage.origin().awaitHeads(1);
            Thread drain = Thread.ofVirtual().start(this::drain);
            client.nextOf(RawFrame.GOAWAY);
            client.nextOf(RawFrame.PING);
            int other = client.get("/other");
            client.send(RawFrame.reset(other, "CANCEL"));
            client.nextOf(RawFrame.GOAWAY);
            int late = client.get("/late");
            assertThat(client.reset(late)).isEqualTo("REFUSED_STREAM");
            stage.origin().release();
            assertThat(client.answer(running).status()).isEqualTo(200);
            client.readToEnd();
            drain.join();
        }
    }

    @Test
    void t19AReloadThatRemovesTheListenerLetsItsConnectionsFinish() throws Exception {
        stage.origin().hold();
        try (RawHttp2 client = stage.client()) {
            client.ping();
            int running = client.get("/running");
            stage.origin().awaitHeads(1);
            proxy.reload(
                    """
                    listeners { other { bind = "127.0.0.1:0" } }
                    upstreams.app { endpoints = ["{origin}"] }
                    routes = [ { upstream = app } ]
                    access-log { format = json, to = "{dir}/access.log" }
                    """
                            + MORE);
            assertThat(client.goAway()).isEqualTo("NO_ERROR");
            stage.origin().release();
            assertThat(client.answer(running).status()).isEqualTo(200);
            client.readToEnd();
        }
    }

    @Test
    void aClientThatLeavesCancelsAllItsRequests() throws Exception {
        stage.origin().answer(Script.partThenHang("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
        try (RawHttp2 client = stage.secure()) {
            for (int i = 0; i < 5; i++) {
                int stream = client.get("/");
                client.await(stream, answer -> answer.body().equals("half"));
            }
        }
        stage.origin().awaitConnections(5).forEach(io.portcullis.testkit.OriginConnection::awaitEnd);
        stage.awaitFailures("client_gone", 5);
    }

    private void drain() {
        try {
            proxy.drain();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

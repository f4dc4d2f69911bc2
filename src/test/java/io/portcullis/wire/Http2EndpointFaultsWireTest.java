package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Http2Turn;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an endpoint that speaks HTTP/2 may do wrong, and what becomes of it. */
class Http2EndpointFaultsWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final Http2EndpointStage stage = new Http2EndpointStage(proxy);

    @Test
    void f28AConnectionThatDiesCutsTheAnswersThatRan() throws Exception {
        stage.start("");
        stage.origin().answer(turn -> {
            turn.head(200).data("some", false);
            turn.connection().close();
        });
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int stream = client.get("/");
            assertThat(client.reset(stream)).isEqualTo("INTERNAL_ERROR");
        }
    }

    @Test
    void t22AnAnswerIsWholeThoughTheEndpointWantsNoMoreOfTheRequest() throws Exception {
        stage.start("");
        stage.origin().answer(turn -> {
            turn.respond(Http2EndpointStage.OK);
            turn.reset(turn.stream(), "NO_ERROR");
        });
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx");
            assertThat(client.readResponse().body()).isEqualTo("ok");
        }
        stage.origin().respond(Http2EndpointStage.OK);
        assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(200);
        assertThat(stage.origin().connections()).hasSize(1);
    }

    @Test
    void t25APushEndsTheConnection() throws Exception {
        stage.start("");
        stage.origin()
                .answer(turn -> turn.send(new RawFrame(
                        RawFrame.PUSH_PROMISE, RawFrame.END_HEADERS, turn.stream(), new byte[] {0, 0, 0, 2, (byte) 0x82
                        })));
        assertThat(stage.ask(Http2EndpointStage.POST).status()).isEqualTo(502);
        stage.origin().connections().getFirst().awaitEnd();
    }

    @Test
    void aHeadThatIsNoneIsABadGatewayAndHarmsNoOtherStream() throws Exception {
        stage.start("");
        for (RawBlock bad : List.of(
                RawBlock.of("x", "y"),
                RawBlock.of(":status", "2000"),
                RawBlock.of(":status", "101"),
                RawBlock.of(":status", "200", "connection", "close"),
                RawBlock.of(":status", "200", "Upper", "case"),
                RawBlock.of(":status", "200", "content-length", "1", "content-length", "2"))) {
            stage.origin().answer(turn -> turn.send(RawFrame.headers(turn.stream(), false, bad)));
            assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(502);
        }
        stage.origin().respond(Http2EndpointStage.OK);
        assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(200);
        assertThat(stage.origin().connections()).hasSize(1);
    }

    @Test
    void moreOrLessBodyThanContentLengthSaysIsACut() throws Exception {
        stage.start("");
        for (String body : List.of("x", "xxx")) {
            stage.origin().answer(turn -> turn.head(200, "content-length", "2").data(body, true));
            try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
                int stream = client.get("/");
                assertThat(client.reset(stream)).isEqualTo("INTERNAL_ERROR");
            }
        }
    }

    @Test
    void whoSpeaksNoHttp2IsABadGateway() throws Exception {
        stage.startBefore(proxy.origin().address(), "");
        assertThat(stage.ask(Http2EndpointStage.POST).status()).isEqualTo(502);
        assertThat(proxy.scrape().sum("portcullis_failures_total", "kind=\"connect_failed\""))
                .isEqualTo(1);
    }

    @Test
    void aSilentStreamTimesOutAndItsConnectionGoesOn() throws Exception {
        stage.start("first-byte-timeout = 200 ms");
        stage.origin().answer(Http2Turn::request);
        assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(504);
        assertThat(stage.origin().awaitTurn().awaitReset()).isEqualTo("CANCEL");
        stage.origin().respond(Http2EndpointStage.OK);
        assertThat(stage.ask(Http2EndpointStage.GET).status()).isEqualTo(200);
        assertThat(stage.origin().connections()).hasSize(1);
        assertThat(stage.origin().connections().getFirst().seen()).anyMatch(frame -> frame.type() == RawFrame.PING);
    }

    @Test
    void anAnswerThatStallsIsCut() throws Exception {
        stage.start("idle-body-timeout = 200 ms");
        stage.origin().answer(turn -> turn.head(200).data("some", false));
        try (RawHttp2 client = RawHttp2.plain(proxy.port("plain"))) {
            int stream = client.get("/");
            assertThat(client.answer(stream).reset()).isNotEmpty();
        }
        assertThat(stage.origin().awaitTurn().awaitReset()).isEqualTo("CANCEL");
    }

    @Test
    void anEndpointThatTakesNothingOfARequestTimesOut() throws Exception {
        stage.start("first-byte-timeout = 300 ms");
        stage.origin().hoard("/").answer(turn -> {});
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(100_000));
            assertThat(client.readResponse().status()).isEqualTo(504);
        }
        assertThat(proxy.scrape().sum("portcullis_failures_total", "kind=\"request_write_timeout\""))
                .isEqualTo(1);
        assertThat(stage.origin().awaitTurn().received()).isEqualTo(65535);
    }
}

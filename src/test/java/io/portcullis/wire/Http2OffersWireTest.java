package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What HTTP/2 is offered over, and what is never done with it. */
class Http2OffersWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Http2Stage.product("");

    private final Http2Stage stage = new Http2Stage(PROXY);

    private static TlsOffer offer() throws IOException {
        return TlsOffer.trusting(PROXY.dir().resolve("ca.pem")).named("example.com");
    }

    @Test
    void t23OverTls12ThereIsAnEphemeralAeadSuiteOrNone() throws Exception {
        stage.origin().answer(Script.ok("ok"));
        int port = PROXY.port("secure");
        try (RawHttp2 client = RawHttp2.tls(port, offer().protocols("TLSv1.2"))) {
            assertThat(Objects.requireNonNull(client.wire().session()).getCipherSuite())
                    .startsWith("TLS_ECDHE_")
                    .containsAnyOf("_GCM_", "_CHACHA20_");
            assertThat(client.answer(client.get("/")).status()).isEqualTo(200);
        }
        TlsOffer weak = offer().protocols("TLSv1.2")
                .ciphers("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA");
        assertThatThrownBy(() -> RawHttp2.tls(port, weak)).isInstanceOf(IOException.class);
    }

    @Test
    void t25NothingIsEverPushed() throws Exception {
        stage.origin().respond("HTTP/1.1 200 OK\r\nLink: </a.css>; rel=preload\r\nContent-Length: 2\r\n\r\nok");
        try (RawHttp2 client = stage.secure()) {
            assertThat(client.answer(client.get("/")).value("link")).isEqualTo("</a.css>; rel=preload");
            client.ping();
            assertThat(client.seen()).extracting(RawFrame::type).doesNotContain(RawFrame.PUSH_PROMISE);
        }
    }

    @Test
    void t21NothingHappensToAStreamThatWasReset() throws Exception {
        stage.origin().answer(Script.ok("ok"));
        stage.origin().hold();
        try (RawHttp2 client = stage.client()) {
            int heads = stage.origin().awaitHeads(0).size();
            int stream = client.open(false, RawBlock.request("POST", "/"));
            stage.origin().awaitHeads(heads + 1);
            client.send(RawFrame.reset(stream, "CANCEL"));
            client.send(RawFrame.data(stream, true, new byte[3])).ping();
            stage.origin().release();
            assertThat(client.answer(client.get("/")).status()).isEqualTo(200);
            assertThat(client.soFar(stream).status()).isZero();
        } finally {
            stage.origin().release();
        }
    }
}

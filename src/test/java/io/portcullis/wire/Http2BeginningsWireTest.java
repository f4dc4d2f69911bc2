package io.portcullis.wire;

import static io.portcullis.testkit.RawFrame.ACK;
import static io.portcullis.testkit.RawFrame.DATA;
import static io.portcullis.testkit.RawFrame.END_STREAM;
import static io.portcullis.testkit.RawFrame.PADDED;
import static io.portcullis.testkit.RawFrame.PING;
import static io.portcullis.testkit.RawFrame.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawFrame;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.Script;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How an HTTP/2 connection begins, and what its frames may look like on the wire. */
class Http2BeginningsWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Http2Stage.product("");

    private final Http2Stage stage = new Http2Stage(PROXY);

    private static RawFrame frame(int type, int flags, int stream, int... bytes) {
        byte[] payload = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            payload[i] = (byte) bytes[i];
        }
        return new RawFrame(type, flags, stream, payload);
    }

    @Test
    void anIdleStreamThatDependsOnItselfEndsTheConnection() throws Exception {
        try (RawHttp2 client = stage.client()) {
            client.send(RawFrame.priority(1, 1));
            assertThat(client.goAwayAndClose()).isEqualTo("PROTOCOL_ERROR");
        }
    }

    @Test
    void pingAndSettingsAreAnsweredWithWhatTheyBrought() throws Exception {
        try (RawHttp2 client = stage.client()) {
            client.send(new RawFrame(PING, 0, 0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
            RawFrame pong = client.nextOf(PING);
            assertThat(pong.flags()).isEqualTo(ACK);
            assertThat(pong.payload()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(client.seen())
                    .filteredOn(frame -> frame.type() == SETTINGS)
                    .extracting(RawFrame::flags)
                    .containsExactly(0, ACK);
            assertThat(client.seen().getFirst().type()).isEqualTo(SETTINGS);
        }
    }

    @Test
    void everyFrameMayComeByteByByte() throws Exception {
        stage.origin().answer(Script.echo());
        try (RawHttp2 client = RawHttp2.over(RawClient.plain(PROXY.port("plain")))) {
            byte[] all = RawHttp2.bytes(
                    RawFrame.settings(4, 70000),
                    RawFrame.headers(1, false, RawBlock.request("POST", "/", "cookie", "a")),
                    frame(DATA, PADDED, 1, 3, 'a', 'b', 0, 0, 0),
                    RawFrame.ping(),
                    frame(DATA, END_STREAM, 1, 'c'));
            for (byte b : RawHttp2.PREFACE.getBytes(java.nio.charset.StandardCharsets.US_ASCII)) {
                client.sendBytes(new byte[] {b});
            }
            for (byte b : all) {
                client.sendBytes(new byte[] {b});
            }
            assertThat(client.answer(1).body()).isEqualTo("abc");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "PRI * HTTP/2.0\r\nHost: a\r\n\r\n"})
    void aBrokenPrefaceEndsTheConnection(String preface) throws Exception {
        try (RawHttp2 client = RawHttp2.over(RawClient.plain(PROXY.port("plain")))) {
            client.wire().send(preface);
            assertThat(client.goAwayAndClose()).isEqualTo("PROTOCOL_ERROR");
        }
    }

    @Test
    void theFirstFrameMustBeSettings() throws Exception {
        for (RawFrame first : List.of(
                RawFrame.ping(),
                RawFrame.headers(1, true, RawBlock.get("/")),
                new RawFrame(SETTINGS, ACK, 0, new byte[0]))) {
            try (RawHttp2 client = RawHttp2.over(RawClient.plain(PROXY.port("plain")))) {
                client.wire().send(RawHttp2.PREFACE);
                client.send(first);
                assertThat(client.goAwayAndClose()).isEqualTo("PROTOCOL_ERROR");
            }
        }
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawHttp2Answer;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that HTTP/2 shares with HTTP/1.1: lengths, hop-by-hop fields, identity, paths. */
class Http2FieldsWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Http2Stage.product("");

    private final Http2Stage stage = new Http2Stage(PROXY);

    @Test
    void p01NeitherHostNorAuthorityIsMalformed() throws Exception {
        stage.malformed(RawBlock.of(":method", "GET", ":scheme", "https", ":path", "/victim"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+1", "-1", "0x1", "1,1", "1 ", " 1", "1_0", "9223372036854775808"})
    void f06AContentLengthOtherThanDigitsIsMalformed(String length) throws Exception {
        stage.malformed(RawBlock.request("POST", "/victim", "content-length", length));
    }

    @Test
    void f05SeveralContentLengthsAreMalformed() throws Exception {
        stage.malformed(RawBlock.request("POST", "/victim", "content-length", "0", "content-length", "0"));
    }

    @Test
    void f24UnderscoreSpellingsAreDropped() throws Exception {
        RawRequest seen = stage.passes(RawBlock.get("/", "transfer_encoding", "chunked", "content_length", "3"));
        assertThat(seen.head().raw()).doesNotContain("ransfer_", "ontent_");
    }

    @Test
    void h05ViaTellsHttp2TowardTheOrigin() throws Exception {
        assertThat(stage.passes(RawBlock.get("/")).values("Via")).containsExactly("2 portcullis");
    }

    @Test
    void h05OurOwnNameInViaIsALoop() throws Exception {
        try (RawHttp2 client = stage.client()) {
            assertThat(client.answer(client.get("/", "via", "2 portcullis")).status())
                    .isEqualTo(508);
        }
    }

    @Test
    void h07TraceAndConnectAreRefused() throws Exception {
        try (RawHttp2 client = stage.client()) {
            RawHttp2Answer trace = client.answer(client.open(true, RawBlock.request("TRACE", "/")));
            assertThat(trace.status()).isEqualTo(405);
            RawBlock connect = RawBlock.of(":method", "CONNECT", ":authority", "example.com:443");
            assertThat(client.answer(client.open(false, connect)).status()).isEqualTo(405);
        }
    }

    @Test
    void h02HopByHopFieldsOfTheOriginEndHere() throws Exception {
        stage.origin()
                .respond(
                        "HTTP/1.1 200 OK\r\nConnection: x-named\r\nX-Named: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n"
                                + "Proxy-Connection: a\r\nTrailer: x\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok");
        try (RawHttp2 client = stage.client()) {
            RawHttp2Answer answer = client.answer(client.get("/"));
            assertThat(answer.body()).isEqualTo("ok");
            for (String name :
                    List.of("connection", "x-named", "keep-alive", "upgrade", "proxy-connection", "trailer")) {
                assertThat(answer.values(name)).as(name).isEmpty();
            }
            assertThat(answer.values("x-kept")).containsExactly("1");
            assertThat(answer.values("content-length")).containsExactly("2");
            assertThat(answer.values("via")).containsExactly("1.1 portcullis");
            assertThat(answer.values("date")).hasSize(1);
        }
    }

    @Test
    void i01IdentityIsTheConnections() throws Exception {
        RawRequest seen = stage.passes(RawBlock.get(
                "/",
                "x-forwarded-for",
                "9.9.9.9",
                "x-forwarded-proto",
                "gopher",
                "forwarded",
                "for=9.9.9.9",
                "proxy",
                "x"));
        assertThat(seen.values("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.values("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.values("Proxy")).isEmpty();
        assertThat(seen.head().raw()).doesNotContain("9.9.9.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/../b", "/a/%2e%2e/b", "/./a", "/a//b/../c", "/a\\b", "/%00"})
    void p09DotSegmentsAndBackslashesAreRefused(String path) throws Exception {
        stage.origin().answer(Script.ok("ok"));
        Sight before = Sight.of(stage.origin());
        try (RawHttp2 client = stage.client()) {
            assertThat(client.answer(client.get(path)).status()).isEqualTo(400);
            assertThat(client.answer(client.get(Sight.SENTINEL)).status()).isEqualTo(200);
        }
        before.isFollowedBySentinelOnly();
    }
}

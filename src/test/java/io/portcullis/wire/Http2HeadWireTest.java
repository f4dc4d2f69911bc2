package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.Script;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Heads of requests over HTTP/2: what is refused, and what an HTTP/1.1 origin gets of the rest. */
class Http2HeadWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Http2Stage.product("");

    private final Http2Stage stage = new Http2Stage(PROXY);

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Upper", "x-Mixed", "", "x y", "x\ty", "x\0", "x\r\ny", "x:y", "x(y", "\u00e4", " x", "x "})
    void t01AFieldNameInUpperCaseOrNoTokenIsMalformed(String name) throws Exception {
        stage.malformed(RawBlock.get("/victim", name, "v"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\rb", "a\nb", "a\r\nX: y", "a\0b", " a", "a ", "\ta", "a\t", "\u0001", "\u007f"})
    void t01AControlCharacterOrABlankAtAnEndOfAValueIsMalformed(String value) throws Exception {
        stage.malformed(RawBlock.get("/victim", "x-field", value));
    }

    @ParameterizedTest
    @CsvSource({
        "connection, close",
        "connection, x-a",
        "keep-alive, timeout=5",
        "proxy-connection, keep-alive",
        "transfer-encoding, chunked",
        "transfer-encoding, identity",
        "upgrade, websocket",
        "te, gzip",
        "te, 'trailers, deflate'"
    })
    void t02AFieldOfAnHttp1ConnectionIsMalformed(String name, String value) throws Exception {
        stage.malformed(RawBlock.get("/victim", name, value));
    }

    @Test
    void t02TeTrailersIsNone() throws Exception {
        assertThat(stage.passes(RawBlock.get("/", "te", "trailers")).values("TE"))
                .isEmpty();
    }

    static List<RawBlock> pseudoHeaderFields() {
        return List.of(
                RawBlock.of(":method", "GET", ":scheme", "https", ":path", "/victim", "x", "y", ":authority", "a"),
                RawBlock.of("x", "y", ":method", "GET", ":scheme", "https", ":path", "/victim", ":authority", "a"),
                RawBlock.get("/victim", ":path", "/victim"),
                RawBlock.get("/victim", ":method", "GET"),
                RawBlock.get("/victim", ":scheme", "https"),
                RawBlock.get("/victim", ":authority", "example.com"),
                RawBlock.get("/victim", ":status", "200"),
                RawBlock.get("/victim", ":unknown", "x"),
                RawBlock.get("/victim", ":", "x"),
                RawBlock.get("/victim", ":Path", "/victim"),
                RawBlock.get("/victim", ":protocol", "websocket"),
                RawBlock.of(":scheme", "https", ":path", "/victim", ":authority", "a"),
                RawBlock.of(":method", "GET", ":path", "/victim", ":authority", "a"),
                RawBlock.of(":method", "GET", ":scheme", "https", ":authority", "a"),
                RawBlock.of(":method", "GET", ":scheme", "ftp", ":path", "/victim", ":authority", "a"),
                RawBlock.get(""),
                RawBlock.get("victim"),
                RawBlock.get("https://example.com/victim"),
                RawBlock.get("*"),
                RawBlock.of(":method", "CONNECT", ":scheme", "https", ":path", "/victim", ":authority", "a:443"));
    }

    @ParameterizedTest
    @MethodSource("pseudoHeaderFields")
    void t03PseudoHeaderFieldsComeFirstOnceAndWhole(RawBlock head) throws Exception {
        stage.malformed(head);
    }

    @Test
    void t03OptionsMayAskForTheServerAsSuch() throws Exception {
        RawRequest seen = stage.passes(RawBlock.request("OPTIONS", "*"));
        assertThat(seen.head().startLine()).isEqualTo("OPTIONS * HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.com", "example.com:81", "", "a,b", "user@example.com", "exa mple.com"})
    void t04HostAndAuthorityThatDifferAreMalformed(String host) throws Exception {
        stage.malformed(RawBlock.get("/victim", "host", host));
    }

    @Test
    void t04TwoHostsAreMalformed() throws Exception {
        stage.malformed(RawBlock.get("/victim", "host", "example.com", "host", "example.com"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a,b",
                "user@example.com",
                "user:secret@example.com",
                "example.com/x",
                "exa mple.com",
                "a:b:c",
                "example.com:99999",
                "[::1",
                "a\r\nb",
                "%41"
            })
    void t04AMalformedAuthorityIsRefused(String authority) throws Exception {
        stage.malformed(RawBlock.of(":method", "GET", ":scheme", "https", ":path", "/victim", ":authority", authority));
    }

    @Test
    void t04HostEqualToAuthorityPassesOnce() throws Exception {
        assertThat(stage.passes(RawBlock.get("/", "host", "EXAMPLE.com")).values("Host"))
                .containsExactly("example.com");
    }

    @Test
    void t04HostStandsInForAMissingAuthority() throws Exception {
        RawRequest seen = stage.passes(
                RawBlock.of(":method", "GET", ":scheme", "https", ":path", "/", "host", "example.com:8443"));
        assertThat(seen.values("Host")).containsExactly("example.com:8443");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a b",
                "/a\r\nX: y",
                "/a\0",
                "/a\tb",
                "/a#b",
                "/\u0080",
                "/a HTTP/1.1\r\nHost: b\r\n\r\nGET /smuggled",
                "/%zz",
                "/%"
            })
    void t05APathThatWouldBreakARequestLineIsRefused(String path) throws Exception {
        stage.malformed(RawBlock.get(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G T", "GET / HTTP/1.1\r\n", "GET\0", "G\u00c4T", "GET\t", "(", "GET:"})
    void t05AMethodThatIsNoTokenIsRefused(String method) throws Exception {
        stage.malformed(RawBlock.request(method, "/victim"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https ", "https://x", "HTTPS", "h\r\nttps", "", "javascript"})
    void t05ASchemeOtherThanOursIsRefused(String scheme) throws Exception {
        stage.malformed(
                RawBlock.of(":method", "GET", ":scheme", scheme, ":path", "/victim", ":authority", "example.com"));
    }

    @Test
    void t07CookieCrumbsReachTheOriginAsOneField() throws Exception {
        RawRequest seen =
                stage.passes(RawBlock.get("/", "cookie", "a=1", "x", "y", "cookie", "b=2", "cookie", "c=3; d=4"));
        assertThat(seen.values("Cookie")).containsExactly("a=1; b=2; c=3; d=4");
    }

    @Test
    void t08ABodyHasExactlyOneFramingForTheOrigin() throws Exception {
        stage.origin().answer(Script.echo());
        try (RawHttp2 client = stage.client()) {
            int told = client.open(false, RawBlock.request("POST", "/told", "content-length", "3"));
            assertThat(client.data(told, true, "abc").answer(told).body()).isEqualTo("abc");
            int untold = client.open(false, RawBlock.request("POST", "/untold"));
            assertThat(client.data(untold, true, "abc").answer(untold).body()).isEqualTo("abc");
        }
        List<RawRequest> seen = stage.origin().requests();
        RawRequest told = seen.get(seen.size() - 2);
        RawRequest untold = seen.getLast();
        assertThat(told.values("Content-Length")).containsExactly("3");
        assertThat(told.values("Transfer-Encoding")).isEmpty();
        assertThat(untold.values("Content-Length")).isEmpty();
        assertThat(untold.values("Transfer-Encoding")).containsExactly("chunked");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x-http2-stream-id", "x-http2-scheme", "x-http2-path", "x-http2-stream-weight"})
    void t09FieldsThatCodecsUseAmongThemselvesAreRefused(String name) throws Exception {
        stage.malformed(RawBlock.get("/victim", name, "1"));
    }

    @Test
    void t26LongMethodsAndPathsPass() throws Exception {
        String method = "M".repeat(300);
        String path = "/" + "p".repeat(7000);
        assertThat(stage.passes(RawBlock.request(method, path)).head().startLine())
                .isEqualTo(method + " " + path + " HTTP/1.1");
    }
}

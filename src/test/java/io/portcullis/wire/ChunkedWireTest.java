package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static io.portcullis.wire.Stage.SMUGGLED;
import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawHead;
import io.portcullis.testkit.RawRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks, their extensions, and what follows the last of them (RFC 9112 §7.1). */
class ChunkedWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product();

    private static final String POST = "POST /victim HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String REST = "\r\nabc\r\n0\r\n\r\n" + SMUGGLED;

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedSizes")
    void f15RejectsAChunkSizeThatIsNotHexadecimal(String name, String size) throws Exception {
        stage.refusesBody(400, POST + size + REST);
    }

    static List<Arguments> malformedSizes() {
        return cases(
                "plus", "+3",
                "minus", "-3",
                "prefix 0x", "0x3",
                "prefix x", "x3",
                "suffix h", "3h",
                "underscore", "0_3",
                "leading space", " 3",
                "leading tab", "\t3",
                "trailing space", "3 ",
                "trailing tab", "3\t",
                "blank within", "0 3",
                "empty", "",
                "letter", "g",
                "comma", "3,",
                "fraction", "3.0",
                "NUL", "3\0",
                "vertical tab", "3\u000b",
                "quoted", "\"3\"",
                "extension only", ";a=b",
                "2^63", "8000000000000000",
                "2^64-1", "ffffffffffffffff",
                "2^64+3", "10000000000000003",
                "2^32+3 with sign", "-fffffffd",
                "20 digits", "fffffffffffffffffff3");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedSizes")
    void f15RejectsItInTheLastChunkToo(String name, String size) throws Exception {
        stage.refusesBody(400, POST + "3\r\nabc\r\n" + size + REST);
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void f15RejectsItOverBothHops(Stage.Hop hop) throws Exception {
        stage.refusesBody(hop, 400, POST + "0x3" + REST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"b", "B", "00b", "000000000000B"})
    void f15ReadsHexadecimalInAnyCase(String size) throws Exception {
        RawRequest seen = stage.passes(POST + size + "\r\nhello world\r\n0\r\n\r\n");
        assertThat(seen.body()).isEqualTo("hello world");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("extensions")
    void f16ReadsExtensionsAndDropsThem(String name, String extension) throws Exception {
        RawRequest seen = stage.passes(POST + "3" + extension + "\r\nabc\r\n0" + extension + "\r\n\r\n");
        assertThat(seen.body()).isEqualTo("abc");
        assertThat(stage.origin().connections().get(seen.connection()).received())
                .doesNotContain("secret");
    }

    static List<Arguments> extensions() {
        return cases(
                "name", ";secret",
                "value", ";secret=b",
                "two", ";secret=b;secret-2=c",
                "quoted", ";secret=\"b c\"",
                "quoted semicolon", ";secret=\"b;c\"",
                "quoted comma and equals", ";secret=\"b,c=d\"",
                "quoted quote", ";secret=\"b\\\"c\"",
                "quoted backslash", ";secret=\"b\\\\\"",
                "empty quoted", ";secret=\"\"",
                "quoted Latin-1", ";secret=\"\u00e4\"");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedExtensions")
    void f16RejectsAMalformedExtension(String name, String line) throws Exception {
        stage.refusesBody(400, POST + line + REST);
    }

    static List<Arguments> malformedExtensions() {
        return cases(
                "quote without an end", "3;a=\"b",
                "CRLF in quotes", "3;a=\"\r\nabc\r\n0\r\n\r\n\"",
                "quoted pair of CR", "3;a=\"\\\r\n\"",
                "bare LF", "3;a=b\n",
                "bare LF in quotes", "3;a=\"\n\"",
                "bare CR", "3;a\rb",
                "bare CR in quotes", "3;a=\"\r\"",
                "NUL", "3;a\0",
                "NUL in quotes", "3;a=\"\0\"",
                "SOH", "3;a=\u0001",
                "no name", "3;",
                "no name, a value", "3;=b",
                "no value", "3;a=",
                "bytes behind the quotes", "3;a=\"b\"c",
                "name that is no token", "3;a(b)=c",
                "other separator", "3,a=b",
                "blank only", "3 a");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bareLineFeeds")
    void f10RejectsABareLfInAChunkedBody(String name, String body) throws Exception {
        stage.refusesBody(400, POST + body + SMUGGLED);
    }

    static List<Arguments> bareLineFeeds() {
        return cases(
                "size", "3\nabc\r\n0\r\n\r\n",
                "size with an extension", "3;a\nabc\r\n0\r\n\r\n",
                "after the bytes", "3\r\nabc\n0\r\n\r\n",
                "last size", "3\r\nabc\r\n0\n\r\n",
                "end", "3\r\nabc\r\n0\r\n\n",
                "trailer", "3\r\nabc\r\n0\r\nX-A: b\n\r\n",
                "end after a trailer", "3\r\nabc\r\n0\r\nX-A: b\r\n\n",
                "all of it", "3\nabc\n0\n\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bareCarriageReturns")
    void f09RejectsABareCrInAChunkedBody(String name, String body) throws Exception {
        stage.refusesBody(400, POST + body + SMUGGLED);
    }

    static List<Arguments> bareCarriageReturns() {
        return cases(
                "size", "3\rabc\r\n0\r\n\r\n",
                "size, twice", "3\r\r\nabc\r\n0\r\n\r\n",
                "after the bytes", "3\r\nabc\r0\r\n\r\n",
                "last size", "3\r\nabc\r\n0\r\r\n\r\n",
                "trailer", "3\r\nabc\r\n0\r\nX-A: b\rc\r\n\r\n",
                "end", "3\r\nabc\r\n0\r\n\rX\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badEnds")
    void f17RejectsAChunkThatDoesNotEndWhereItSays(String name, String body) throws Exception {
        stage.refusesBody(400, POST + body + SMUGGLED);
    }

    static List<Arguments> badEnds() {
        return cases(
                "no CRLF after the bytes", "3\r\nabc0\r\n\r\n",
                "one byte more", "3\r\nabcX\r\n0\r\n\r\n",
                "many bytes more", "3\r\nabcdefghi\r\n0\r\n\r\n",
                "one byte less", "4\r\nabc\r\n0\r\n\r\n",
                "two bytes less", "5\r\nabc\r\n0\r\n\r\n",
                "no empty line", "3\r\nabc\r\n0\r\n",
                "junk after the last size", "3\r\nabc\r\n0\r\njunk\r\n\r\n",
                "junk in its line", "3\r\nabc\r\n0junk\r\n\r\n",
                "no CRLF after the last size", "3\r\nabc\r\n0X\r\n\r\n",
                "two CRLF after the bytes", "3\r\nabc\r\n\r\n0\r\n\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedTrailers")
    void f17RejectsAMalformedTrailer(String name, String line) throws Exception {
        stage.refusesBody(400, POST + "3\r\nabc\r\n0\r\n" + line + "\r\n\r\n" + SMUGGLED);
    }

    static List<Arguments> malformedTrailers() {
        return cases(
                "blank before the colon", "X-A : b",
                "no colon", "X-A",
                "empty name", ": b",
                "name that is no token", "X(A): b",
                "NUL in the value", "X-A: \0",
                "leading blank", " X-A: b",
                "fold", "X-A: b\r\n c");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Content-Length: 50",
                "Transfer-Encoding: gzip, chunked",
                "Transfer_Encoding: chunked",
                "Trailer: X-A",
                "TE: trailers",
                "Connection: close",
                "Keep-Alive: timeout=5",
                "Upgrade: websocket",
                "Authorization: Basic YTpi",
                "authorization: Basic YTpi",
                "Proxy-Authorization: Basic YTpi",
                "Content-Type: text/html",
                "Content_Type: text/html",
                "Content-Encoding: gzip",
                "Content-Range: bytes 0-1/2",
                "Cookie: a=b",
                "Set-Cookie: a=b",
                "Expect: 100-continue",
                "Range: bytes=0-1",
                "If-Match: \"a\"",
                "If-None-Match: \"a\"",
                "Max-Forwards: 1",
                "Via: 1.1 evil",
                "Forwarded: for=10.0.0.1",
                "X-Forwarded-For: 10.0.0.1",
                "X_Forwarded_For: 10.0.0.1",
                "x.forwarded.host: evil.example",
                "X-Forwarded-Proto: https",
                "X-Real-IP: 10.0.0.1",
                "X-Request-Id: evil",
                "X-Client-Cert: evil",
                "X-Original-Url: /admin",
                "X-Rewrite-Url: /admin"
            })
    void f18DropsTrailersThatWouldSteer(String line) throws Exception {
        RawRequest seen = stage.passes(POST + "3\r\nabc\r\n0\r\n" + line + "\r\nX-Checksum: 1\r\n\r\n");
        assertThat(seen.trailers()).containsExactly(new RawHead.Field("X-Checksum", "1"));
        String name = line.substring(0, line.indexOf(':'));
        assertThat(seen.values(name)).doesNotContain(line.substring(line.indexOf(':') + 2));
    }

    @Test
    void f18PassesOtherTrailersOn() throws Exception {
        RawRequest seen = stage.passes(POST + "3\r\nabc\r\n0\r\nX-Checksum: 1\r\nServer-Timing: a;dur=1\r\n\r\n");
        assertThat(seen.trailers())
                .containsExactly(new RawHead.Field("X-Checksum", "1"), new RawHead.Field("Server-Timing", "a;dur=1"));
    }
}

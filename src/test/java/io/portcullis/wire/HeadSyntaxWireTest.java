package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static io.portcullis.wire.Stage.SMUGGLED;
import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Field lines that two readers could read in two ways (RFC 9112 §2.2, §5). */
class HeadSyntaxWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product();

    private static final String GET = "GET /victim HTTP/1.1\r\n";

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest(name = "{0}")
    @MethodSource("folds")
    void f08RejectsFoldedLines(String name, String fields) throws Exception {
        stage.refuses(400, GET + fields + "\r\n" + SMUGGLED);
    }

    static List<Arguments> folds() {
        return cases(
                "space", HOST + "X-A: b\r\n c\r\n",
                "tab", HOST + "X-A: b\r\n\tc\r\n",
                "empty value first", HOST + "X-A:\r\n b\r\n",
                "host", "Host: example.com\r\n .evil.example\r\n",
                "coding", HOST + "Transfer-Encoding:\r\n chunked\r\n",
                "length", HOST + "Content-Length: 1\r\n 0\r\n",
                "a field in the fold", HOST + "X-A: b\r\n Content-Length: 5\r\n",
                "only blanks", HOST + "X-A: b\r\n  \r\n",
                "last", "X-A: b\r\n" + HOST + " \r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bareCarriageReturns")
    void f09RejectsABareCr(String name, String bytes) throws Exception {
        stage.refuses(400, bytes + "\r\n" + SMUGGLED);
    }

    static List<Arguments> bareCarriageReturns() {
        return cases(
                "in a value", GET + HOST + "X-A: b\rc\r\n",
                "before a value", GET + HOST + "X-A: \rb\r\n",
                "after a value", GET + HOST + "X-A: b\r\r\n",
                "hides a field", GET + HOST + "X-A: b\rContent-Length: 5\r\n",
                "in a name", GET + HOST + "X\rA: b\r\n",
                "before a name", GET + HOST + "\rX-A: b\r\n",
                "in the host", GET + "Host: exam\rple.com\r\n",
                "ends the request line", "GET /victim HTTP/1.1\r" + HOST,
                "in the target", "GET /vic\rtim HTTP/1.1\r\n" + HOST,
                "after the version", "GET /victim HTTP/1.1\r\r\n" + HOST,
                "between the words", "GET\r/victim HTTP/1.1\r\n" + HOST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bareLineFeeds")
    void f10RejectsABareLfInAHead(String name, String bytes) throws Exception {
        stage.refuses(400, bytes + SMUGGLED);
    }

    static List<Arguments> bareLineFeeds() {
        return cases(
                "request line", "GET /victim HTTP/1.1\n" + HOST + "\r\n",
                "field", GET + "Host: example.com\n\r\n",
                "field within", GET + "Host: example.com\nX-A: b\r\n\r\n",
                "end of head", GET + HOST + "\n",
                "all of it", "GET /victim HTTP/1.1\nHost: example.com\n\n",
                "before the request line", "\n" + GET + HOST + "\r\n");
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void f10RejectsItOverBothHops(Stage.Hop hop) throws Exception {
        stage.refuses(hop, 400, "GET /victim HTTP/1.1\nHost: example.com\n\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("junkBefore")
    void f11RejectsBytesBeforeTheRequestLine(String name, String junk) throws Exception {
        stage.refuses(400, junk + GET + HOST + "\r\n");
    }

    static List<Arguments> junkBefore() {
        return cases(
                "NUL", "\0",
                "SOH", "\u0001",
                "space", " ",
                "tab", "\t",
                "vertical tab", "\u000b",
                "DEL", "\u007f",
                "byte order mark", "\u00ef\u00bb\u00bf",
                "CR", "\r",
                "three empty lines", "\r\n\r\n\r\n",
                "empty line and NUL", "\r\n\0",
                "blank line", " \r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("emptyLines")
    void f11SkipsFewEmptyLines(String name, String empty) throws Exception {
        assertThat(stage.passes(empty + GET + HOST + "\r\n").target()).isEqualTo("/victim");
    }

    static List<Arguments> emptyLines() {
        return cases("one", "\r\n", "two", "\r\n\r\n");
    }

    @Test
    void f11SkipsAnEmptyLineBetweenRequests() throws Exception {
        try (RawClient client = stage.client()) {
            for (int i = 0; i < 3; i++) {
                client.send("POST /a HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\nabc\r\n");
                assertThat(client.readResponse().status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blanksBeforeTheFirstField")
    void f12RejectsBlanksBeforeTheFirstField(String name, String fields) throws Exception {
        stage.refuses(400, GET + fields + "\r\n" + SMUGGLED);
    }

    static List<Arguments> blanksBeforeTheFirstField() {
        return cases(
                "space", " " + HOST,
                "tab", "\t" + HOST,
                "a line of its own", " \r\n" + HOST,
                "another field", " X-A: b\r\n" + HOST,
                "hides a length", " Content-Length: 5\r\n" + HOST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valuesWithControlBytes")
    void f13RejectsControlBytesInAValue(String name, String field) throws Exception {
        stage.refuses(400, GET + HOST + field + "\r\n\r\n" + SMUGGLED);
    }

    static List<Arguments> valuesWithControlBytes() {
        return cases(
                "NUL", "X-A: b\0c",
                "NUL first", "X-A: \0b",
                "NUL last", "X-A: b\0",
                "CR", "X-A: b\rc",
                "LF", "X-A: b\nc",
                "SOH", "X-A: b\u0001c",
                "escape", "X-A: \u001b[31m",
                "vertical tab", "X-A: b\u000bc",
                "DEL", "X-A: b\u007fc");
    }

    @Test
    void f13PassesTabsAndLatin1Through() throws Exception {
        String value = "a\tb \u00e4\u00ff (c) \"d\"";
        assertThat(stage.passes(GET + HOST + "X-A: " + value + "\r\n\r\n").value("X-A"))
                .isEqualTo(value);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("namesThatAreNoTokens")
    void f14RejectsANameThatIsNoToken(String name, String field) throws Exception {
        stage.refuses(400, GET + HOST + field + "\r\n\r\n" + SMUGGLED);
    }

    static List<Arguments> namesThatAreNoTokens() {
        return cases(
                "empty", ": b",
                "only a colon", ":",
                "no colon", "X-A",
                "blank within", "X A: b",
                "at", "X@A: b",
                "slash", "X/A: b",
                "bracket", "X[A]: b",
                "brace", "{X}: b",
                "parenthesis", "X(A): b",
                "quote", "\"X\": b",
                "semicolon", "X;A: b",
                "comma", "X,A: b",
                "equals", "X=A: b",
                "backslash", "X\\A: b",
                "NUL", "X\0A: b",
                "SOH", "X\u0001A: b",
                "DEL", "X\u007fA: b",
                "Latin-1", "X\u00e4: b",
                "a second request line", "GET /smuggled HTTP/1.1");
    }

    @Test
    void f14PassesEveryTokenCharacter() throws Exception {
        assertThat(stage.passes(GET + HOST + "!#$%&'*+-.^_`|~09azAZ: b\r\n\r\n").value("!#$%&'*+-.^_`|~09azAZ"))
                .isEqualTo("b");
    }
}

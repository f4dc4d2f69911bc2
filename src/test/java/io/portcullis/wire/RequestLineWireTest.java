package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static io.portcullis.wire.Stage.SMUGGLED;
import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawRequest;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first line of a request: three words, two spaces, a version that we speak (RFC 9112 §3). */
class RequestLineWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product();

    private static final String REST = "\r\n" + HOST + "\r\n";

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedVersions")
    void f25RejectsAMalformedVersion(String name, String line) throws Exception {
        stage.refuses(400, line + REST + SMUGGLED);
    }

    static List<Arguments> malformedVersions() {
        return cases(
                "none (HTTP/0.9)", "GET /victim",
                "none, with a space", "GET /victim ",
                "lower case", "GET /victim http/1.1",
                "mixed case", "GET /victim Http/1.1",
                "leading zero", "GET /victim HTTP/01.1",
                "leading zero of the minor", "GET /victim HTTP/1.01",
                "no minor", "GET /victim HTTP/1",
                "no minor after the dot", "GET /victim HTTP/1.",
                "no major", "GET /victim HTTP/.1",
                "three numbers", "GET /victim HTTP/1.1.1",
                "two digits", "GET /victim HTTP/1.10",
                "no slash", "GET /victim HTTP1.1",
                "comma", "GET /victim HTTP/1,1",
                "letter", "GET /victim HTTP/1.x",
                "sign", "GET /victim HTTP/+1.1",
                "blank within", "GET /victim HTTP/ 1.1",
                "other protocol", "GET /victim HTTPS/1.1",
                "other protocol of four letters", "GET /victim ICAP/1.0",
                "bytes behind", "GET /victim HTTP/1.1x",
                "trailing space", "GET /victim HTTP/1.1 ",
                "trailing tab", "GET /victim HTTP/1.1\t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2", "HTTP/1.9", "HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/9.9"})
    void f25AnswersAnotherVersionWith505(String version) throws Exception {
        stage.refuses(505, "GET /victim " + version + REST + SMUGGLED);
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void f25AnswersHttp2TextWith505OverBothHops(Stage.Hop hop) throws Exception {
        stage.refuses(hop, 505, "GET /victim HTTP/2.0" + REST);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedLines")
    void f26RejectsAMalformedRequestLine(String name, String line) throws Exception {
        stage.refuses(400, line + REST + SMUGGLED);
    }

    static List<Arguments> malformedLines() {
        return cases(
                "two spaces after the method", "GET  /victim HTTP/1.1",
                "two spaces after the target", "GET /victim  HTTP/1.1",
                "tab after the method", "GET\t/victim HTTP/1.1",
                "tab after the target", "GET /victim\tHTTP/1.1",
                "space and tab", "GET \t/victim HTTP/1.1",
                "vertical tab", "GET\u000b/victim HTTP/1.1",
                "form feed", "GET /victim\fHTTP/1.1",
                "no-break space", "GET\u00a0/victim HTTP/1.1",
                "leading space", " GET /victim HTTP/1.1",
                "space in the target", "GET /vic tim HTTP/1.1",
                "space before another version", "GET /victim HTTP/1.1 HTTP/1.1",
                "fragment", "GET /victim#a HTTP/1.1",
                "tab in the target", "GET /vic\ttim HTTP/1.1",
                "NUL in the target", "GET /vic\0tim HTTP/1.1",
                "SOH in the target", "GET /vic\u0001tim HTTP/1.1",
                "escape in the target", "GET /vic\u001btim HTTP/1.1",
                "DEL in the target", "GET /vic\u007ftim HTTP/1.1",
                "control byte in the query", "GET /victim?a\u0001b HTTP/1.1",
                "NUL in the query", "GET /victim?a\0b HTTP/1.1",
                "no target", "GET HTTP/1.1",
                "empty target", "GET  HTTP/1.1",
                "only a method", "GET",
                "no slash before the path", "GET victim HTTP/1.1",
                "no method", " /victim HTTP/1.1",
                "NUL in the method", "G\0ET /victim HTTP/1.1",
                "colon in the method", "GET: /victim HTTP/1.1",
                "parenthesis in the method", "G(T /victim HTTP/1.1",
                "slash in the method", "G/T /victim HTTP/1.1",
                "Latin-1 in the method", "G\u00cbT /victim HTTP/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "get", "PROPFIND", "M-SEARCH", "!#$%&'*+-.^_`|~09azAZ"})
    void f26ForwardsEveryTokenAsMethod(String method) throws Exception {
        RawRequest seen = stage.passes(method + " /a HTTP/1.1" + REST);
        assertThat(seen.head().startLine()).isEqualTo(method + " /a HTTP/1.1");
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void f27RefusesTheHttp2Preface(Stage.Hop hop) throws Exception {
        stage.refuses(hop, 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
    }
}

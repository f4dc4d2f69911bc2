package io.portcullis.wire;

import static io.portcullis.wire.Stage.HOST;
import static io.portcullis.wire.Stage.SMUGGLED;
import static io.portcullis.wire.Stage.cases;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of its fields says where a request's body ends: one, or none of it is believed (RFC 9112 §6). */
class FramingWireTest {
    @RegisterExtension
    static final ProxyExtension PROXY = Stage.product();

    private static final String POST = "POST /victim HTTP/1.1\r\n" + HOST;
    private static final String CHUNKED_ABC = "\r\n3\r\nabc\r\n0\r\n\r\n";

    private final Stage stage = new Stage(PROXY);

    @ParameterizedTest(name = "{0}")
    @MethodSource("transferEncodingWithContentLength")
    void f01RejectsTransferEncodingWithContentLength(String name, String fields) throws Exception {
        stage.refuses(400, POST + fields + CHUNKED_ABC + SMUGGLED);
    }

    static List<Arguments> transferEncodingWithContentLength() {
        return cases(
                "length first", "Content-Length: 13\r\nTransfer-Encoding: chunked\r\n",
                "coding first", "Transfer-Encoding: chunked\r\nContent-Length: 13\r\n",
                "length 0", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
                "length to the next request", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
                "other case", "content-length: 13\r\nTRANSFER-ENCODING: CHUNKED\r\n",
                "unknown coding", "Content-Length: 13\r\nTransfer-Encoding: xchunked\r\n",
                "identity", "Content-Length: 13\r\nTransfer-Encoding: identity\r\n",
                "empty coding", "Content-Length: 13\r\nTransfer-Encoding:\r\n",
                "bad length", "Content-Length: x\r\nTransfer-Encoding: chunked\r\n");
    }

    @ParameterizedTest
    @EnumSource(Stage.Hop.class)
    void f01RejectsItOverBothHops(Stage.Hop hop) throws Exception {
        stage.refuses(hop, 400, POST + "Content-Length: 13\r\nTransfer-Encoding: chunked\r\n" + CHUNKED_ABC + SMUGGLED);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("transferEncodingInHttp10")
    void f02RejectsTransferEncodingInHttp10(String name, String fields) throws Exception {
        stage.refuses(400, "POST /victim HTTP/1.0\r\n" + HOST + fields + CHUNKED_ABC);
    }

    static List<Arguments> transferEncodingInHttp10() {
        return cases(
                "alone", "Transfer-Encoding: chunked\r\n",
                "keep-alive", "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n",
                "with a length", "Content-Length: 13\r\nTransfer-Encoding: chunked\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("codingsThatDoNotEndInChunked")
    void f03RejectsChunkedThatIsNotTheOneCoding(String name, String value) throws Exception {
        stage.refuses(400, POST + "Transfer-Encoding: " + value + "\r\n" + CHUNKED_ABC + SMUGGLED);
    }

    static List<Arguments> codingsThatDoNotEndInChunked() {
        return cases(
                "not last", "chunked, gzip",
                "not last, identity", "chunked, identity",
                "twice", "chunked, chunked",
                "twice after another", "gzip, chunked, chunked",
                "empty", "",
                "parameter", "chunked;q=1",
                "parameter after a blank", "chunked ;foo",
                "quoted", "\"chunked\"",
                "no list", "chunked identity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xchunked", "identity", "gzip", "chunk", "chunkedd", "gzip, chunked", "cow"})
    void f03AnswersAnUnknownCodingWith501(String value) throws Exception {
        stage.refuses(501, POST + "Transfer-Encoding: " + value + "\r\n" + CHUNKED_ABC + SMUGGLED);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("obfuscatedCodings")
    void f04RejectsObfuscatedTransferEncoding(String name, String field) throws Exception {
        stage.refuses(400, POST + field + "\r\n" + CHUNKED_ABC + SMUGGLED);
    }

    static List<Arguments> obfuscatedCodings() {
        return cases(
                "vertical tab before", "Transfer-Encoding: \u000bchunked",
                "vertical tab after", "Transfer-Encoding: chunked\u000b",
                "form feed before", "Transfer-Encoding: \fchunked",
                "form feed after", "Transfer-Encoding: chunked\f",
                "NUL before", "Transfer-Encoding: \0chunked",
                "NUL after", "Transfer-Encoding: chunked\0",
                "NUL within", "Transfer-Encoding: chu\0nked",
                "no-break space", "Transfer-Encoding: \u00a0chunked",
                "comma before", "Transfer-Encoding: ,chunked",
                "comma after", "Transfer-Encoding: chunked,",
                "comma and blank after", "Transfer-Encoding: chunked, ",
                "duplicate", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "duplicate, other first", "Transfer-Encoding: cow\r\nTransfer-Encoding: chunked",
                "duplicate, other last", "Transfer-Encoding: chunked\r\nTransfer-encoding: cow",
                "duplicate, empty first", "Transfer-Encoding:\r\nTransfer-Encoding: chunked",
                "blank in the name", "Transfer Encoding: chunked");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("chunkedAsTheRfcAllowsIt")
    void f04ForwardsAllowedSpellingsInTheOneForm(String name, String field) throws Exception {
        RawRequest seen = stage.passes(POST + field + "\r\n" + CHUNKED_ABC);
        assertThat(seen.values("Transfer-Encoding")).containsExactly("chunked");
        assertThat(seen.values("Content-Length")).isEmpty();
        assertThat(seen.body()).isEqualTo("abc");
    }

    static List<Arguments> chunkedAsTheRfcAllowsIt() {
        return cases(
                "as it should be", "Transfer-Encoding: chunked",
                "upper case", "TRANSFER-ENCODING: CHUNKED",
                "mixed case", "Transfer-encoding: cHuNkEd",
                "no blank", "Transfer-Encoding:chunked",
                "blank after", "Transfer-Encoding: chunked ",
                "tab before", "Transfer-Encoding:\tchunked");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("severalLengths")
    void f05RejectsSeveralContentLengths(String name, String fields) throws Exception {
        stage.refuses(400, POST + fields + "\r\nabc" + SMUGGLED);
    }

    static List<Arguments> severalLengths() {
        return cases(
                "equal", "Content-Length: 3\r\nContent-Length: 3\r\n",
                "equal, other case", "Content-Length: 3\r\ncontent-length: 3\r\n",
                "different", "Content-Length: 3\r\nContent-Length: 0\r\n",
                "different, smaller first", "Content-Length: 0\r\nContent-Length: 3\r\n",
                "apart", "Content-Length: 3\r\nX-A: b\r\nContent-Length: 3\r\n",
                "list, equal", "Content-Length: 3, 3\r\n",
                "list, different", "Content-Length: 3, 0\r\n",
                "list, open", "Content-Length: 3,\r\n",
                "one empty", "Content-Length: 3\r\nContent-Length:\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lengthsThatAreNoNumbers")
    void f06RejectsAContentLengthThatIsNotDigits(String name, String value) throws Exception {
        stage.refuses(400, POST + "Content-Length: " + value + "\r\n\r\nabc" + SMUGGLED);
    }

    static List<Arguments> lengthsThatAreNoNumbers() {
        return cases(
                "plus", "+3",
                "minus", "-3",
                "minus zero", "-0",
                "hexadecimal", "0x3",
                "octal", "0o3",
                "blank within", "0 3",
                "underscore", "0_3",
                "empty", "",
                "a blank", " ",
                "word", "three",
                "fraction", "3.0",
                "exponent", "3e0",
                "quoted", "\"3\"",
                "NUL", "3\0",
                "vertical tab", "\u000b3",
                "superscript", "\u00b3",
                "parameter", "3;a",
                "2^63", "9223372036854775808",
                "2^64+3", "18446744073709551619",
                "30 digits", "100000000000000000000000000003");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lengthsThatAreNumbers")
    void f06ForwardsALengthInItsShortestForm(String name, String field) throws Exception {
        RawRequest seen = stage.passes(POST + field + "\r\n\r\n0123456789");
        assertThat(seen.values("Content-Length")).containsExactly("10");
        assertThat(seen.body()).isEqualTo("0123456789");
    }

    static List<Arguments> lengthsThatAreNumbers() {
        return cases(
                "plain", "Content-Length: 10",
                "leading zero is no octal", "Content-Length: 010",
                "zeros", "Content-Length: 00000010",
                "blanks around", "Content-Length: \t 10 \t",
                "no blank", "Content-Length:10");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blanksBeforeTheColon")
    void f07RejectsABlankBeforeTheColon(String name, String fields) throws Exception {
        stage.refuses(400, "POST /victim HTTP/1.1\r\n" + fields + "\r\nabc" + SMUGGLED);
    }

    static List<Arguments> blanksBeforeTheColon() {
        return cases(
                "coding, space", HOST + "Transfer-Encoding : chunked\r\n",
                "coding, tab", HOST + "Transfer-Encoding\t: chunked\r\n",
                "length, space", HOST + "Content-Length : 3\r\n",
                "length, tab", HOST + "Content-Length\t: 3\r\n",
                "length and a second", HOST + "Content-Length: 3\r\nContent-Length : 0\r\n",
                "host", "Host : example.com\r\n",
                "any", HOST + "X-Any : b\r\n");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherSpellings")
    void f24DropsOtherSpellingsOfFramingFields(String name, String field) throws Exception {
        RawRequest seen = stage.passes(POST + field + "\r\nContent-Length: 3\r\n\r\nabc");
        assertThat(seen.values("Content-Length")).containsExactly("3");
        assertThat(seen.head().raw().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("content_")
                .doesNotContain("content.")
                .doesNotContain("transfer");
        assertThat(seen.body()).isEqualTo("abc");
    }

    static List<Arguments> otherSpellings() {
        return cases(
                "length with _", "Content_Length: 50",
                "length with .", "content.length: 50",
                "coding with _", "Transfer_Encoding: chunked",
                "coding with .", "TRANSFER.ENCODING: chunked");
    }

    @Test
    void f24CountsThemForNothing() throws Exception {
        RawRequest seen = stage.passes("GET /victim HTTP/1.1\r\n" + HOST + "Transfer_Encoding: chunked\r\n\r\n");
        assertThat(seen.body()).isEmpty();
        assertThat(seen.values("Content-Length")).isEmpty();
    }
}

package io.portcullis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
    @Test
    void f19NeitherMeansNoBodyInARequestAndUntilCloseInAResponse() {
        assertThat(Framing.ofRequest(Protocol.HTTP_1_1, fields())).isZero();
        assertThat(Framing.ofResponse(Protocol.HTTP_1_1, fields())).isEqualTo(Framing.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "3", "chunked", ""})
    void f01RefusesBoth(String length) {
        Fields both = fields("Content-Length", length, "Transfer-Encoding", "chunked");
        assertThat(Framing.ofRequest(Protocol.HTTP_1_1, both)).isEqualTo(Framing.REFUSED);
        assertThat(Framing.ofResponse(Protocol.HTTP_1_1, both)).isEqualTo(Framing.REFUSED);
    }

    @Test
    void f02RefusesACodingInHttp10() {
        Fields chunked = fields("Transfer-Encoding", "chunked");
        assertThat(Framing.ofRequest(Protocol.HTTP_1_0, chunked)).isEqualTo(Framing.REFUSED);
        assertThat(Framing.ofResponse(Protocol.HTTP_1_0, chunked)).isEqualTo(Framing.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED"})
    void f04KnowsChunkedInAnyCase(String value) {
        assertThat(coding(value)).isEqualTo(Framing.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "chunked,",
                ",chunked",
                "chunked,,gzip",
                "chunked, gzip",
                "chunked, chunked",
                "chunked\u000b",
                "\u000bchunked",
                "gzip,\u000bchunked",
                "\fchunked",
                "chunked\0",
                "\u00a0chunked",
                " chunked",
                "chunked ",
                "chunked;a=b",
                "chunked gzip",
                "\"chunked\"",
                "chunked\r\n",
                "gzip;q=1, chunked",
                "ch\u0131nked"
            })
    void f04RefusesEverythingThatLooksLikeIt(String value) {
        assertThat(coding(value)).isEqualTo(Framing.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "identity", "xchunked", "x-gzip", "br2", "gzip, chunked", "gzip ,\tchunked", "a,b"})
    void f03KnowsThatItDoesNotKnowACoding(String value) {
        assertThat(coding(value)).isEqualTo(Framing.UNKNOWN_CODING);
    }

    @Test
    void f04RefusesTwoLines() {
        Fields twice = fields("Transfer-Encoding", "chunked", "transfer-encoding", "chunked");
        assertThat(Framing.ofRequest(Protocol.HTTP_1_1, twice)).isEqualTo(Framing.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "00, 0", "7, 7", "010, 10", "9223372036854775807, 9223372036854775807"})
    void f06ReadsDecimalDigits(String text, long length) {
        assertThat(Framing.ofRequest(Protocol.HTTP_1_1, fields("Content-Length", text)))
                .isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "+1",
                "-1",
                "-0",
                "0x1",
                "1_0",
                "1 0",
                " 1",
                "1 ",
                "1,1",
                "1.0",
                "1e1",
                "1;",
                "\u0661",
                "\u00b2",
                "1\0",
                "9223372036854775808",
                "18446744073709551616",
                "99999999999999999999"
            })
    void f06RefusesAnythingElse(String text) {
        assertThat(Framing.ofRequest(Protocol.HTTP_1_1, fields("Content-Length", text)))
                .isEqualTo(Framing.REFUSED);
    }

    @Test
    void f05RefusesTwoLengths() {
        Fields twice = fields("Content-Length", "1", "content-length", "1");
        assertThat(Framing.ofRequest(Protocol.HTTP_1_1, twice)).isEqualTo(Framing.REFUSED);
    }

    private static long coding(String value) {
        return Framing.ofRequest(Protocol.HTTP_1_1, fields("Transfer-Encoding", value));
    }

    /** As a decoder that checks nothing would hand them over. */
    private static Fields fields(String... namesAndValues) {
        byte[] bytes = String.join("", namesAndValues).getBytes(StandardCharsets.ISO_8859_1);
        Fields fields = Fields.over(bytes, bytes.length);
        int at = 0;
        for (int i = 0; i < namesAndValues.length; i += 2) {
            int value = at + namesAndValues[i].length();
            fields.mark(at, namesAndValues[i].length(), value, namesAndValues[i + 1].length());
            at = value + namesAndValues[i + 1].length();
        }
        return fields;
    }
}

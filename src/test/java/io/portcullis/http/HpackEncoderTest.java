package io.portcullis.http;

import static io.portcullis.http.HpackBlocks.decode;
import static io.portcullis.http.HpackBlocks.entries;
import static io.portcullis.http.HpackBlocks.latin;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.net.ByteWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out in field blocks (RFC 7541), and what is kept in the table. */
class HpackEncoderTest {
    private final HpackEncoder encoder = new HpackEncoder();
    private final HpackDecoder decoder = new HpackDecoder(4096, 8192);
    private final ByteWriter out = new ByteWriter();

    /** The requests of RFC 7541 C.4: bytes and tables as they stand there, but for {@code custom-key}, which came only once. */
    @Test
    void requestsOfTheRfc() throws HpackException {
        request("http", "/");
        assertThat(hex()).isEqualTo("828684418cf1e3c2e5f23a6ba0ab90f4ff");
        assertThat(encoder.table().size()).isEqualTo(57);
        request("http", "/");
        line("cache-control", "no-cache");
        assertThat(hex()).isEqualTo("828684be5886a8eb10649cbf");
        assertThat(entries(encoder.table())).containsExactly("cache-control: no-cache", ":authority: www.example.com");
        request("https", "/index.html");
        line("custom-key", "custom-value");
        assertThat(hex()).isEqualTo("828785bf" + "008825a849e95ba97d7f8925a849e95bb8e8b4bf");
        request("https", "/index.html");
        line("custom-key", "custom-value");
        assertThat(hex()).isEqualTo("828785bf" + "408825a849e95ba97d7f8925a849e95bb8e8b4bf");
        assertThat(encoder.table().size()).isEqualTo(164);
    }

    private void request(String scheme, String path) {
        encoder.begin(out.clear());
        encoder.method("GET");
        encoder.scheme(scheme);
        encoder.path(path);
        encoder.authority("www.example.com");
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 206, 304, 400, 404, 500})
    void aCommonStatusIsOneByte(int status) throws HpackException {
        assertThat(status(status)).hasSize(1);
        assertThat(decoded()).containsExactly(":status: " + status);
    }

    @Test
    void anotherStatusIsOneByteTheThirdTime() throws HpackException {
        for (int i = 1; i <= 4; i++) {
            assertThat(status(302)).hasSize(i < 3 ? 4 : 1);
            assertThat(decoded()).containsExactly(":status: 302");
        }
    }

    private byte[] status(int status) {
        encoder.begin(out.clear());
        encoder.status(status);
        return HpackBlocks.bytes(out);
    }

    @Test
    void whatOpensDoorsIsNeverIndexed() throws HpackException {
        for (int i = 0; i < 3; i++) {
            encoder.begin(out.clear());
            line("Authorization", "Basic dTpw");
            line("proxy-authorization", "Basic dTpw");
            line("Set-Cookie", "id=1234567890123456789012345678901234567890");
            line("cookie", "id=1");
            encoder.name(latin("x-secret"), 0, 8);
            encoder.value(latin("s3cr3t"), 0, 6, true);
            assertThat(decoded()).hasSize(5).allSatisfy(line -> assertThat(line).matches("![a-z-]+: .+"));
        }
        assertThat(encoder.table().count()).isZero();
    }

    @Test
    void whatIsAnotherEveryTimeStaysOutOfTheTable() throws HpackException {
        for (int i = 0; i < 3; i++) {
            encoder.begin(out.clear());
            line("content-length", "17");
            line("etag", "\"17\"");
            line("location", "/17");
            line("x-request-id", "0017");
            encoder.path("/17");
            assertThat(decoded())
                    .containsExactly(
                            "content-length: 17", "etag: \"17\"", "location: /17", "x-request-id: 0017", ":path: /17");
        }
        assertThat(encoder.table().count()).isZero();
    }

    @Test
    void whatAnOriginAlwaysSaysGoesInAtOnceAndIsOneByteThen() throws HpackException {
        encoder.begin(out.clear());
        line("Server", "origin");
        line("Content-Type", "text/html; charset=utf-8");
        decoded();
        encoder.begin(out.clear());
        line("server", "origin");
        line("content-type", "text/html; charset=utf-8");
        assertThat(hex()).isEqualTo("bfbe");
    }

    @Test
    void otherFieldsGoInWhenTheyComeAgain() throws HpackException {
        for (int i = 0; i < 3; i++) {
            encoder.begin(out.clear());
            line("X-Frame-Options", "DENY");
            line("Cookie", "session=1234567890123456789012345678901234567890");
            assertThat(decoded())
                    .containsExactly(
                            "x-frame-options: DENY", "cookie: session=1234567890123456789012345678901234567890");
            assertThat(encoder.table().count()).isEqualTo(i == 0 ? 0 : 2);
        }
        assertThat(HpackBlocks.bytes(out)).hasSize(2);
    }

    @Test
    void aFieldThatWouldFillHalfTheTableStaysOut() throws HpackException {
        for (int i = 0; i < 3; i++) {
            encoder.begin(out.clear());
            line("vary", "x".repeat(2013));
            assertThat(decoded()).hasSize(1);
        }
        assertThat(encoder.table().count()).isZero();
        encoder.begin(out.clear());
        line("vary", "x".repeat(2012));
        assertThat(decoded()).hasSize(1);
        assertThat(encoder.table().size()).isEqualTo(2048);
    }

    @Test
    void theTableIsAsLargeAsThePeerSaysAndAtMost4096() throws HpackException {
        encoder.tableSize(1 << 20);
        assertThat(block("server", "a")).doesNotContain("3f");
        encoder.tableSize(0);
        assertThat(block("server", "a")).startsWith("20").doesNotContain("be");
        assertThat(encoder.table().count()).isZero();
        encoder.tableSize(0xffff_ffffL);
        assertThat(block("server", "a")).startsWith("3fe11f");
    }

    /** RFC 7541 §4.2: the peer has dropped what was above the smallest size it said. */
    @Test
    void aSizeThatShrinksAndGrowsBetweenTwoBlocksIsToldTwice() throws HpackException {
        block("server", "a");
        encoder.tableSize(100);
        encoder.tableSize(0);
        encoder.tableSize(4096);
        assertThat(block("server", "a")).startsWith("20" + "3fe11f" + "760161");
        assertThat(block("server", "a")).isEqualTo("be");
        encoder.tableSize(0);
        encoder.tableSize(64);
        assertThat(block("server", "a")).startsWith("20" + "3f21");
        encoder.tableSize(64);
        assertThat(block("vary", "")).doesNotStartWith("3f");
    }

    /** The block with one field, checked by decoding it. */
    private String block(String name, String value) throws HpackException {
        encoder.begin(out.clear());
        line(name, value);
        String hex = hex();
        assertThat(entries(decoder.table())).isEqualTo(entries(encoder.table()));
        return hex;
    }

    @Test
    void theLinesOfAnHttp1HeadGoOutInLowerCase() throws HpackException {
        Fields fields = Fields.create().add("Content-Type", "text/plain").add("X-Long-Name", "é");
        fields.append(latin("token-and-more"), 5, latin("secret, and more"), 6, true);
        assertThat(fields.value(2)).isEqualTo("secret");
        assertThat(fields.remove("x-none").size()).isEqualTo(3);
        encoder.begin(out.clear());
        for (int i = 0; i < fields.size(); i++) {
            fields.encode(i, encoder);
        }
        assertThat(decoded()).containsExactly("content-type: text/plain", "x-long-name: é", "!token: secret");
    }

    @Test
    void everyByteSurvivesTheHuffmanCode() throws HpackException {
        byte[] out = new byte[64];
        byte[] again = new byte[64];
        for (int symbol = 0; symbol < 256; symbol++) {
            byte[] text = latin("e".repeat(symbol % 8) + (char) symbol + "e".repeat(12));
            int length = Huffman.encode(text, 0, text.length, out);
            assertThat(length).isBetween(1, text.length - 1);
            assertThat(Huffman.decode(out, 0, length, again, 64)).isEqualTo(text.length);
            assertThat(Arrays.copyOf(again, text.length)).isEqualTo(text);
            assertThat(Huffman.decode(out, 0, length, again, text.length)).isEqualTo(text.length);
            assertThat(Huffman.decode(out, 0, length, again, text.length - 1)).isEqualTo(Huffman.TOO_LONG);
        }
    }

    @Test
    void textThatTheCodeDoesNotShortenIsSentAsItIs() throws HpackException {
        assertThat(Huffman.encode(latin("&&&&"), 0, 4, new byte[12])).isEqualTo(Huffman.NOT_SHORTER);
        assertThat(Huffman.encode(new byte[1000], 0, 1000, new byte[1008])).isEqualTo(Huffman.NOT_SHORTER);
        assertThat(block("vary", "&&&&")).endsWith("0426262626");
    }

    private void line(String name, String value) {
        encoder.field(latin(name), latin(value));
    }

    private List<String> decoded() throws HpackException {
        return decode(decoder, HpackBlocks.bytes(out));
    }

    /** What was written; the decoder gets it too, so that it stays in step. */
    private String hex() throws HpackException {
        decoded();
        return HexFormat.of().formatHex(HpackBlocks.bytes(out));
    }
}

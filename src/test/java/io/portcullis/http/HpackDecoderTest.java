package io.portcullis.http;

import static io.portcullis.http.HpackBlocks.bytes;
import static io.portcullis.http.HpackBlocks.decode;
import static io.portcullis.http.HpackBlocks.decodeSome;
import static io.portcullis.http.HpackBlocks.entries;
import static io.portcullis.http.HpackBlocks.latin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in field blocks, right and wrong (RFC 7541). */
class HpackDecoderTest {
    private final HpackDecoder decoder = new HpackDecoder(4096, 8192);

    @Test
    void literalsOfEachKind() throws HpackException {
        assertThat(decode(decoder, "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
                .containsExactly("custom-key: custom-header");
        assertThat(entries(decoder.table())).containsExactly("custom-key: custom-header");
        assertThat(decoder.table().size()).isEqualTo(55);
        assertThat(decode(decoder, "040c 2f73 616d 706c 652f 7061 7468")).containsExactly(":path: /sample/path");
        assertThat(decode(decoder, "1008 7061 7373 776f 7264 0673 6563 7265 74"))
                .containsExactly("!password: secret");
        assertThat(decode(decoder, "82")).containsExactly(":method: GET");
        assertThat(decoder.table().size()).isEqualTo(55);
    }

    /** RFC 7541 C.3 and C.4: one connection's requests, without and with the Huffman code. */
    @ParameterizedTest
    @CsvSource({
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d,"
                + "8286 84be 5808 6e6f 2d63 6163 6865,"
                + "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff,"
                + "8286 84be 5886 a8eb 1064 9cbf,"
                + "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"
    })
    void requestsOfTheRfc(String first, String second, String third) throws HpackException {
        assertThat(decode(decoder, first))
                .containsExactly(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
        assertThat(decoder.table().size()).isEqualTo(57);
        assertThat(decode(decoder, second))
                .containsExactly(
                        ":method: GET",
                        ":scheme: http",
                        ":path: /",
                        ":authority: www.example.com",
                        "cache-control: no-cache");
        assertThat(entries(decoder.table())).containsExactly("cache-control: no-cache", ":authority: www.example.com");
        assertThat(decoder.table().size()).isEqualTo(110);
        assertThat(decode(decoder, third))
                .containsExactly(
                        ":method: GET",
                        ":scheme: https",
                        ":path: /index.html",
                        ":authority: www.example.com",
                        "custom-key: custom-value");
        assertThat(decoder.table().size()).isEqualTo(164);
    }

    /** RFC 7541 C.5 and C.6: responses through a table of 256 bytes, so that entries leave it. */
    @ParameterizedTest
    @CsvSource({
        "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120"
                + " 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d,"
                + "4803 3330 37c1 c0bf,"
                + "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a"
                + " 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d"
                + " 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31",
        "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718"
                + " 63c7 8f0b 97c8 e9ae 82ae 43d3,"
                + "4883 640e ffc1 c0bf,"
                + "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d"
                + " d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106"
                + " 3d50 07"
    })
    void responsesOfTheRfc(String first, String second, String third) throws HpackException {
        assertThat(decode(decoder, "3fe101")).isEmpty();
        String date = "date: Mon, 21 Oct 2013 20:13:21 GMT";
        String location = "location: https://www.example.com";
        assertThat(decode(decoder, first)).containsExactly(":status: 302", "cache-control: private", date, location);
        assertThat(decoder.table().size()).isEqualTo(222);
        assertThat(decode(decoder, second)).containsExactly(":status: 307", "cache-control: private", date, location);
        assertThat(entries(decoder.table())).containsExactly(":status: 307", location, date, "cache-control: private");
        String later = "date: Mon, 21 Oct 2013 20:13:22 GMT";
        String cookie = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
        assertThat(decode(decoder, third))
                .containsExactly(
                        ":status: 200", "cache-control: private", later, location, "content-encoding: gzip", cookie);
        assertThat(entries(decoder.table())).containsExactly(cookie, "content-encoding: gzip", later);
        assertThat(decoder.table().size()).isEqualTo(215);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80", // index 0
                "be", // index 62 of an empty table
                "ff00", // index 127
                "ff80808080 07", // an index of 2^31 and more
                "ff8080808080 00", // six continuation bytes
                "ffffffffffff 7f",
                "ff", // cut off in an integer
                "ff80",
                "40", // cut off before a string
                "4001",
                "400161",
                "40016105 62", // cut off within a string
                "7e00", // a name of no entry
                "0f2f00",
                "40ff8080808007 00", // a string of 2 GiB
                "3fe21f", // a table of 4097 bytes
                "8220", // a size update behind a field
                "202020", // three of them
                "400082ffff", // padding longer than 7 bits: text "", then 16 ones
                "400081fe", // padding with a zero: 1111111 and 0
                "400084ffffffff", // EOS
                "40008500ffffffff", // EOS behind text
            })
    void refusesWhatCannotBe(String hex) {
        assertThatThrownBy(() -> decode(decoder, hex)).isInstanceOf(HpackException.class);
    }

    @Test
    void takesIntegersInMoreBytesThanTheyNeed() throws HpackException {
        assertThat(decode(decoder, "0f8180808000 0161")).isEqualTo(decode(decoder, "0f01 0161"));
    }

    @Test
    void theSizeMayShrinkAndGrowAtTheBeginningOfABlock() throws HpackException {
        decode(decoder, "400161 0162");
        assertThat(decode(decoder, "20 3fe11f 82")).containsExactly(":method: GET");
        assertThat(decoder.table().count()).isZero();
        assertThat(decoder.table().capacity()).isEqualTo(4096);
    }

    @Test
    void theAnnouncedSizeBindsOnceItIsKnownToThePeer() throws HpackException {
        HpackDecoder small = new HpackDecoder(64, 8192);
        decode(small, "400161 0162");
        decode(small, "400161 0163");
        small.settingsAcknowledged();
        assertThatThrownBy(() -> decode(small, "82")).hasMessageContaining("no table size update");
        assertThat(decode(small, "3f21 82")).containsExactly(":method: GET");
        assertThat(entries(small.table())).containsExactly("a: c");
        assertThatThrownBy(() -> decode(small, "3f22 82")).hasMessageContaining("a table of 65 bytes");
    }

    @Test
    void aFieldLargerThanTheTableEmptiesIt() throws HpackException {
        decode(decoder, "400161 0162");
        assertThat(decode(decoder, literal(0x40, "big", "x".repeat(5000)))).hasSize(1);
        assertThat(decoder.table().count()).isZero();
        assertThat(decode(decoder, "400161 0162 be")).containsExactly("a: b", "a: b");
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x10, 0x40})
    void aFieldThatIsTooLongIsToldAndTheRestIsRead(int kind) throws HpackException {
        decode(decoder, "400161 0162");
        byte[] tooLong = join(literal(kind, "n", "x".repeat(20_000)), literal(kind, "x".repeat(20_000), "v"));
        byte[] block = join(tooLong, literal(0x40, "y".repeat(5000), "z".repeat(5000)), bytes("400163 0164 be"));
        assertThat(decode(decoder, block)).containsExactly("…", "…", "…", "c: d", "c: d");
        assertThat(entries(decoder.table())).containsExactly("c: d");
    }

    @Test
    void afterEnoughTheTableStaysInStep() throws HpackException {
        byte[] block = bytes("400161 0162 82 be 400163 8107 0001640165");
        assertThat(decodeSome(decoder, block, 1)).containsExactly("a: b");
        assertThat(entries(decoder.table())).containsExactly("c: 0", "a: b");
        assertThatThrownBy(() -> decodeSome(decoder, bytes("82 ff00"), 1)).isInstanceOf(HpackException.class);
    }

    @Test
    void anEntryThatTakesItsNameFromAnotherSharesIt() throws HpackException {
        decode(decoder, literal(0x40, "n".repeat(3000), ""));
        byte[] first = decoder.table().name(0);
        assertThat(decodeSome(decoder, bytes("82 7e00 7e00 7e00"), 1)).hasSize(1);
        assertThat(decoder.table().count()).isOne();
        assertThat(decoder.table().name(0)).isSameAs(first);
    }

    private static byte[] literal(int kind, String name, String value) {
        return join(bytes(String.format("%02x", kind)), string(name), string(value));
    }

    private static byte[] string(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (text.length() < 127) {
            out.write(text.length());
        } else {
            out.write(127);
            int left = text.length() - 127;
            for (; left >= 128; left >>= 7) {
                out.write(left & 0x7f | 0x80);
            }
            out.write(left);
        }
        out.writeBytes(latin(text));
        return out.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List.copyOf(Arrays.asList(parts)).forEach(out::writeBytes);
        return out.toByteArray();
    }
}

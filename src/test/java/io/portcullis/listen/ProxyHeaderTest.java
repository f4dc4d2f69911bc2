package io.portcullis.listen;

import static io.portcullis.testkit.ProxyHeaders.block;
import static io.portcullis.testkit.ProxyHeaders.line;
import static io.portcullis.testkit.ProxyHeaders.proxied;
import static io.portcullis.testkit.ProxyHeaders.summed;
import static io.portcullis.testkit.ProxyHeaders.tlv;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a PROXY header says, byte by byte. */
class ProxyHeaderTest {
    private static final byte[] V4 = proxied("192.0.2.7", 4711, "198.51.100.1", 443);
    private static final byte[] V6 = proxied("2001:db8::7", 4711, "2001:db8::1", 443);
    private static final byte[] SUMMED =
            summed(proxied("192.0.2.7", 4711, "198.51.100.1", 443, tlv(4, new byte[5]), tlv(3, new byte[4])));
    private static final List<byte[]> GOOD = List.of(
            line("PROXY TCP4 192.0.2.7 198.51.100.1 4711 443"),
            line("PROXY TCP6 2001:db8::7 2001:db8::1 4711 443"),
            line("PROXY TCP6 ::ffff:192.0.2.7 ::1 0 65535"),
            line("PROXY UNKNOWN"),
            line("PROXY UNKNOWN ffff:f...f:ffff whatever 65535 65535"),
            V4,
            V6,
            SUMMED,
            block(0x20, 0x00),
            block(0x20, 0x11, new byte[12]),
            block(0x20, 0xff, new byte[3]),
            block(0x21, 0x00, new byte[7]),
            block(0x21, 0x12, new byte[12]),
            block(0x21, 0x31, new byte[216]),
            proxied("192.0.2.7", 1, "192.0.2.1", 2, tlv(0xee), tlv(1, (byte) 'h', (byte) '2')));

    private static ProxyHeader read(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            ProxyHeader read = ProxyHeader.read(in);
            assertThat(in.readerIndex()).as("moved in the buffer").isZero();
            return read;
        } finally {
            in.release();
        }
    }

    private static String malformed(byte[] bytes) {
        return read(bytes) instanceof ProxyHeader.Malformed wrong ? wrong.why() : "not malformed: " + read(bytes);
    }

    private static InetSocketAddress source(byte[] bytes) {
        return read(bytes) instanceof ProxyHeader.Whole whole && whole.ends() != null
                ? (InetSocketAddress) whole.ends().source()
                : new InetSocketAddress(0);
    }

    private static InetSocketAddress inet(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    @Test
    void i11ALineSaysWhoseTheConnectionIs() {
        assertThat(source(GOOD.get(0))).isEqualTo(inet("192.0.2.7", 4711));
        assertThat(source(GOOD.get(1))).isEqualTo(inet("2001:db8::7", 4711));
        assertThat(source(GOOD.get(2))).isEqualTo(inet("192.0.2.7", 0));
    }

    @Test
    void i11ABlockSaysWhoseTheConnectionIs() {
        assertThat(source(V4)).isEqualTo(inet("192.0.2.7", 4711));
        assertThat(source(V6)).isEqualTo(inet("2001:db8::7", 4711));
        assertThat(source(SUMMED)).isEqualTo(inet("192.0.2.7", 4711));
        assertThat(read(V4))
                .isEqualTo(new ProxyHeader.Whole(
                        V4.length, new ProxyHeader.Ends(inet("192.0.2.7", 4711), inet("198.51.100.1", 443))));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8, 9, 10, 11, 12})
    void i11LocalUnknownAndDatagramsNameNobody(int good) {
        assertThat(read(GOOD.get(good))).isEqualTo(new ProxyHeader.Whole(GOOD.get(good).length, null));
    }

    @Test
    void i11EveryCutOfAGoodHeaderIsUnfinishedAndWhatFollowsIsNotRead() {
        for (byte[] good : GOOD) {
            for (int cut = 0; cut < good.length; cut++) {
                assertThat(read(Arrays.copyOf(good, cut)))
                        .as("%s bytes of %s", cut, Arrays.toString(good))
                        .isInstanceOf(ProxyHeader.Unfinished.class);
            }
            byte[] more = Arrays.copyOf(good, good.length + 9);
            assertThat(((ProxyHeader.Whole) read(more)).length()).isEqualTo(good.length);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443 ",
                "PROXY  TCP4 192.0.2.7 198.51.100.1 4711 443",
                "PROXY TCP4 192.0.2.7\t198.51.100.1 4711 443",
                "PROXY TCP4 2001:db8::7 2001:db8::1 4711 443",
                "PROXY TCP6 192.0.2.7 192.0.2.1 4711 443",
                "PROXY TCP6 fe80::1%eth0 ::1 4711 443",
                "PROXY TCP6 [::1] ::1 4711 443",
                "PROXY TCP6 ::g ::1 4711 443",
                "PROXY TCP6 1::2::3 ::1 4711 443",
                "PROXY TCP4 192.0.2.07 198.51.100.1 4711 443",
                "PROXY TCP4 192.0.2.256 198.51.100.1 4711 443",
                "PROXY TCP4 192.0.2 198.51.100.1 4711 443",
                "PROXY TCP4 192.0.2.7 198.51.100.1 04711 443",
                "PROXY TCP4 192.0.2.7 198.51.100.1 65536 443",
                "PROXY TCP4 192.0.2.7 198.51.100.1 -1 443",
                "PROXY TCP4 192.0.2.7 198.51.100.1 +1 443",
                "PROXY tcp4 192.0.2.7 198.51.100.1 4711 443",
                "PROXY UDP4 192.0.2.7 198.51.100.1 4711 443",
                "PROXY UNKNOWNN",
                "PROXY ",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\n",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r"
            })
    void i11ALineIsReadStrictly(String line) {
        assertThat(read(line(line))).isInstanceOf(ProxyHeader.Malformed.class);
    }

    @Test
    void i11ALineHasAtMost107Bytes() {
        String longest = "PROXY UNKNOWN " + "x".repeat(107 - 2 - 14);
        assertThat(read(line(longest))).isEqualTo(new ProxyHeader.Whole(107, null));
        assertThat(malformed(line(longest + "x"))).contains("more than 107");
        assertThat(malformed(line(longest + "x".repeat(5000)))).contains("more than 107");
    }

    @Test
    void i11ABlockIsReadStrictly() {
        assertThat(malformed(block(0x22, 0x11, new byte[12]))).contains("command");
        assertThat(malformed(block(0x11, 0x11, new byte[12]))).contains("version");
        assertThat(malformed(block(0x21, 0x13, new byte[12]))).contains("family");
        assertThat(malformed(block(0x21, 0x41, new byte[12]))).contains("family");
        assertThat(malformed(block(0x21, 0x10, new byte[12]))).contains("family");
        assertThat(malformed(block(0x21, 0x11, new byte[11]))).contains("too short");
        assertThat(malformed(block(0x21, 0x21, new byte[35]))).contains("too short");
        assertThat(malformed(block(0x21, 0x31, new byte[215]))).contains("too short");
        assertThat(malformed(block(0x21, 0x11, new byte[4097]))).contains("4097 bytes");
        assertThat(malformed(block(0x21, 0x11, new byte[12], new byte[2]))).contains("does not fit");
        assertThat(malformed(block(0x21, 0x11, new byte[12], new byte[] {1, 0, 2, 0})))
                .contains("does not fit");
    }

    @Test
    void i11AChecksumMustBeRight() {
        // Byte 36 says that it is one: without it there is none to be wrong.
        for (int i = 16; i < SUMMED.length; i += i == 35 ? 2 : 1) {
            byte[] bent = SUMMED.clone();
            bent[i] ^= 0x10;
            assertThat(read(bent)).as("byte " + i).isInstanceOf(ProxyHeader.Malformed.class);
        }
        byte[] twice = proxied("192.0.2.7", 1, "192.0.2.1", 2, tlv(3, new byte[4]), tlv(3, new byte[4]));
        assertThat(malformed(twice)).contains("checksum");
        assertThat(malformed(proxied("192.0.2.7", 1, "192.0.2.1", 2, tlv(3, new byte[3]))))
                .contains("checksum");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "PROXYTCP4 ",
                "PRI * HTTP/2.0",
                "PROPFIND",
                "\r\n\r\nGET",
                "\u0016\u0003\u0001"
            })
    void i11OtherBytesAreNoHeader(String bytes) {
        assertThat(read(bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
                .isInstanceOf(ProxyHeader.Absent.class);
    }

    @Test
    void i11NoBytesWhateverTheyAreMakeItFail() {
        Random random = new Random(4711);
        for (int round = 0; round < 200_000; round++) {
            byte[] bytes = GOOD.get(random.nextInt(GOOD.size())).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length * 2));
            if (read(cut) instanceof ProxyHeader.Whole whole) {
                assertThat(whole.length()).isBetween(15, cut.length);
            }
        }
    }
}

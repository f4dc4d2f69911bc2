package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

final class ClientHelloTest {
    /** TLS record header and handshake header. */
    private static final int HEADERS = 5 + 4;

    @Test
    void theJdksHelloIsReadWhole() throws Exception {
        ClientHello hello = Objects.requireNonNull(ClientHello.parse(captured("TLSv1.3", "TLSv1.2")));
        assertThat(hello.serverName()).isEqualTo("www.example.com");
        assertThat(hello.protocols()).containsExactly("h2", "http/1.1");
        assertThat(hello.versions()).containsExactly(ClientHello.TLS_1_3, ClientHello.TLS_1_2);
        assertThat(hello.speaks(ClientHello.TLS_1_3)).isTrue();
        assertThat(hello.suites()).contains(0x1301, 0xc02f);
        assertThat(hello.groups()).contains(0x001d);
        assertThat(hello.signatureSchemes()).contains(0x0403);
    }

    @Test
    void withoutSupportedVersionsTheLegacyOneCounts() {
        ClientHello hello = Objects.requireNonNull(ClientHello.parse(minimal("")));
        assertThat(hello.versions()).containsExactly(ClientHello.TLS_1_2);
        assertThat(hello.serverName()).isNull();
        assertThat(hello.protocols()).isEmpty();
    }

    @Test
    void aHelloCutAtAnyByteIsMalformedAndDoesNotThrow() throws Exception {
        ByteBuf whole = captured("TLSv1.3", "TLSv1.2");
        // The one prefix that is a hello of its own: RFC 5246 §7.4.1.2 lets it end before the extensions.
        int beforeExtensions = extensionsOffset(whole);
        for (int length = 0; length < whole.readableBytes(); length++) {
            ClientHello hello = ClientHello.parse(whole.slice(0, length));
            assertThat(hello != null).as("cut at %d", length).isEqualTo(length == beforeExtensions);
        }
    }

    @Test
    void garbageInAnyByteDoesNotThrow() throws Exception {
        ByteBuf whole = captured("TLSv1.3", "TLSv1.2");
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            ByteBuf copy = whole.copy();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                copy.setByte(random.nextInt(copy.readableBytes()), random.nextInt(256));
            }
            ClientHello.parse(copy);
            assertThat(copy.readerIndex()).isZero();
        }
    }

    @Test
    void bytesAfterTheEndAreMalformed() throws Exception {
        assertThat(ClientHello.parse(Unpooled.wrappedBuffer(captured("TLSv1.3"), Unpooled.wrappedBuffer(new byte[1]))))
                .isNull();
    }

    @Test
    void anExtensionTwiceIsMalformed() {
        assertThat(ClientHello.parse(minimal(sni("a.example")))).isNotNull();
        assertThat(ClientHello.parse(minimal(sni("a.example") + sni("b.example"))))
                .isNull();
    }

    @Test
    void aServerNameIsOneHostNameInLowerCaseWithoutDot() {
        assertThat(Objects.requireNonNull(ClientHello.parse(minimal(sni("A.Example."))))
                        .serverName())
                .isEqualTo("a.example");
        assertThat(ClientHello.parse(minimal(sni("")))).isNull();
        assertThat(ClientHello.parse(minimal(sni("a b")))).isNull();
        assertThat(ClientHello.parse(minimal(sni("a\u0000b")))).isNull();
        assertThat(ClientHello.parse(minimal(sni("a".repeat(300))))).isNull();
    }

    @Test
    void anEmptyProtocolListOrNameIsMalformed() {
        assertThat(ClientHello.parse(minimal(extension(16, block16(""))))).isNull();
        assertThat(ClientHello.parse(minimal(extension(16, block16(block8(""))))))
                .isNull();
        assertThat(Objects.requireNonNull(ClientHello.parse(minimal(extension(16, block16(block8("h2"))))))
                        .protocols())
                .isEqualTo(List.of("h2"));
    }

    /** What the JDK's client sends first, without its headers. */
    private static ByteBuf captured(String... versions) throws NoSuchAlgorithmException, SSLException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("www.example.com")));
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        parameters.setProtocols(versions);
        engine.setSSLParameters(parameters);
        ByteBuffer out = ByteBuffer.allocate(1 << 15);
        engine.wrap(ByteBuffer.allocate(0), out);
        out.flip();
        return Unpooled.wrappedBuffer(out).skipBytes(HEADERS).slice();
    }

    private static int extensionsOffset(ByteBuf hello) {
        int at = 2 + 32;
        at += 1 + hello.getUnsignedByte(at);
        at += 2 + hello.getUnsignedShort(at);
        return at + 1 + hello.getUnsignedByte(at);
    }

    /** A hello of TLS 1.2 with one suite; strings stand for bytes. */
    private static ByteBuf minimal(String extensions) {
        String text = "\u0003\u0003" + "r".repeat(32) + block8("") + block16("\u0013\u0001") + block8("\u0000")
                + block16(extensions);
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    private static String sni(String name) {
        return extension(0, block16("\u0000" + block16(name)));
    }

    private static String extension(int type, String content) {
        return number16(type) + block16(content);
    }

    private static String block8(String content) {
        return (char) content.length() + content;
    }

    private static String block16(String content) {
        return number16(content.length()) + content;
    }

    private static String number16(int number) {
        return "" + (char) (number >> 8) + (char) (number & 0xff);
    }
}

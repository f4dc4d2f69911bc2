package io.portcullis.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.portcullis.testkit.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsFailureTest {
    private static final long PATIENT_MILLIS = 10_000;

    private final TlsLab lab = new TlsLab();

    @TempDir
    Path dir;

    private TestCertificates ca;
    private TlsTarget target;

    @BeforeEach
    void authority() {
        ca = TestCertificates.in(dir);
        target = Objects.requireNonNull(
                lab.index(TlsLab.certificate(ca.leaf("a.example").write("a"))).match(null));
    }

    @AfterEach
    void release() {
        lab.close();
    }

    @Test
    void s10AVersionBelowThePolicyIsProtocolVersion() throws Exception {
        TlsTarget modern = Objects.requireNonNull(lab.build(
                        TlsLab.block(
                                "modern",
                                TlsLab.MODERN,
                                TlsLab.certificate(ca.leaf("m.example").write("m"))),
                        TlsLab.tickets())
                .match(null));
        assertThat(afterJdkClient(
                        modern, ca.trustingClient(), parameters -> parameters.setProtocols(new String[] {"TLSv1.2"})))
                .isEqualTo(TlsFailure.PROTOCOL_VERSION);
    }

    @Test
    void suitesOrSignaturesThatDoNotFitTheCertificateAreNoSharedCipher() throws Exception {
        assertThat(afterJdkClient(target, ca.trustingClient(), parameters -> {
                    parameters.setProtocols(new String[] {"TLSv1.2"});
                    parameters.setCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
                }))
                .isEqualTo(TlsFailure.NO_SHARED_CIPHER);
        assertThat(afterJdkClient(
                        target,
                        ca.trustingClient(),
                        parameters -> parameters.setSignatureSchemes(new String[] {"rsa_pss_rsae_sha256"})))
                .isEqualTo(TlsFailure.NO_SHARED_CIPHER);
        assertThat(afterJdkClient(
                        target,
                        ca.trustingClient(),
                        parameters -> parameters.setNamedGroups(new String[] {"secp521r1"})))
                .isEqualTo(TlsFailure.NO_SHARED_CIPHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientThatDistrustsUsIsBadCertificate(String version) throws Exception {
        assertThat(afterJdkClient(
                        target, SSLContext.getDefault(), parameters -> parameters.setProtocols(new String[] {version})))
                .isEqualTo(TlsFailure.BAD_CERTIFICATE);
    }

    /** What openssl s_client and curl do on TLS 1.3: alert 48 in the clear after our flight. */
    @Test
    void anAlertInTheClearAfterOurCertificateIsBadCertificate() throws Exception {
        assertThat(afterBytes(clientHello(), HexFormat.of().parseHex("15030300020230")))
                .isEqualTo(TlsFailure.BAD_CERTIFICATE);
    }

    @ParameterizedTest
    @CsvSource({
        "45, CERTIFICATE_EXPIRED",
        "48, UNKNOWN_CA",
        "46, BAD_CERTIFICATE",
        "112, UNRECOGNIZED_NAME",
        "90, CLIENT_CLOSED",
        "120, NO_APPLICATION_PROTOCOL",
        "70, PROTOCOL_VERSION",
        "40, NO_SHARED_CIPHER",
        "51, CLIENT_ALERT"
    })
    void anAlertOfTheClientHasItsName(int alert, TlsFailure expected) throws Exception {
        assertThat(afterBytes(new byte[] {21, 3, 1, 0, 2, 2, (byte) alert})).isEqualTo(expected);
    }

    @Test
    void otherProtocolsAreNotTls() throws Exception {
        assertThat(afterBytes("SSH-2.0-OpenSSH_9.6\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(TlsFailure.NOT_TLS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"16030100050100000100", "16030100050200000100"})
    void tlsThatCannotBeReadIsMalformed(String hex) throws Exception {
        assertThat(afterBytes(HexFormat.of().parseHex(hex))).isEqualTo(TlsFailure.MALFORMED);
    }

    @Test
    void goingAwayIsClientClosed() throws Exception {
        try (HandshakeServer server = new HandshakeServer(target, PATIENT_MILLIS)) {
            new Socket(InetAddress.getLoopbackAddress(), server.port()).close();
            assertThat(TlsFailure.of(server.nextFailure())).isEqualTo(TlsFailure.CLIENT_CLOSED);
            try (Socket reset = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                reset.getOutputStream().write(22);
                reset.setSoLinger(true, 0);
            }
            assertThat(TlsFailure.of(server.nextFailure())).isEqualTo(TlsFailure.CLIENT_CLOSED);
        }
        assertThat(afterBytes(new byte[] {21, 3, 1, 0, 2, 1, 0})).isEqualTo(TlsFailure.CLIENT_CLOSED);
        assertThat(TlsFailure.of(new IOException("Connection reset by peer"))).isEqualTo(TlsFailure.CLIENT_CLOSED);
    }

    @Test
    void s09ASilentClientIsATimeout() throws Exception {
        try (HandshakeServer server = new HandshakeServer(target, 50);
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            assertThat(TlsFailure.of(server.nextFailure())).isEqualTo(TlsFailure.TIMEOUT);
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void wrappersAreLookedThroughAndOurOwnFaultIsInternal() {
        assertThat(TlsFailure.of(new DecoderException(new TooLongFrameException("ClientHello"))))
                .isEqualTo(TlsFailure.CLIENT_HELLO_TOO_LARGE);
        assertThat(TlsFailure.of(new TooLongFrameException("ClientHello")))
                .isEqualTo(TlsFailure.CLIENT_HELLO_TOO_LARGE);
        assertThat(TlsFailure.of(new IllegalStateException())).isEqualTo(TlsFailure.INTERNAL);
        assertThat(TlsFailure.of(new SSLException("Unable to find key material")))
                .isEqualTo(TlsFailure.INTERNAL);
        assertThat(TlsFailure.of(new SSLException("error:100000ff:SSL routines:OPENSSL_internal:SOMETHING_NEW")))
                .isEqualTo(TlsFailure.OTHER);
    }

    @Test
    void aClientUnderstandsTheAlertRecord() throws Exception {
        SSLEngine client = jdkClient();
        client.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(1 << 15));
        ByteBuffer alert = ByteBuffer.wrap(TlsFailure.UNRECOGNIZED_NAME.alertRecord());
        assertThatThrownBy(() -> {
                    client.unwrap(alert, ByteBuffer.allocate(1 << 15));
                    client.getDelegatedTask();
                })
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("unrecognized_name");
    }

    @ParameterizedTest
    @EnumSource(TlsFailure.class)
    void everyReasonIsALabelWithASentence(TlsFailure failure) {
        assertThat(failure.reason()).matches("[a-z_]+");
        assertThat(failure.sentence()).hasSizeBetween(20, 140).doesNotEndWith(".");
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1', HTTP",
        "'PRI * HTTP/2.0', HTTP",
        "'OPTIONS *', HTTP",
        "'DEL', UNDECIDED",
        "'P', UNDECIDED",
        "'SSH-2.0', FOREIGN",
        "'GETX', FOREIGN",
        "'EHLO x', FOREIGN"
    })
    void s17TheFirstBytesTellHttpFromOthers(String text, FirstBytes expected) {
        assertThat(FirstBytes.of(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)))
                .isEqualTo(expected);
    }

    @Test
    void theFirstBytesTellTls() throws Exception {
        assertThat(FirstBytes.of(Unpooled.wrappedBuffer(clientHello()))).isEqualTo(FirstBytes.TLS);
        assertThat(FirstBytes.of(Unpooled.wrappedBuffer(new byte[] {22}))).isEqualTo(FirstBytes.UNDECIDED);
        assertThat(FirstBytes.of(Unpooled.wrappedBuffer(new byte[] {22, 9}))).isEqualTo(FirstBytes.FOREIGN);
        assertThat(FirstBytes.of(Unpooled.EMPTY_BUFFER)).isEqualTo(FirstBytes.UNDECIDED);
    }

    private static TlsFailure afterJdkClient(
            TlsTarget target, SSLContext context, java.util.function.Consumer<SSLParameters> setting) throws Exception {
        try (HandshakeServer server = new HandshakeServer(target, PATIENT_MILLIS);
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            SSLParameters parameters = socket.getSSLParameters();
            setting.accept(parameters);
            socket.setSSLParameters(parameters);
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            return TlsFailure.of(server.nextFailure());
        }
    }

    /** Each part is sent once the server has answered the one before. */
    private TlsFailure afterBytes(byte[]... parts) throws Exception {
        try (HandshakeServer server = new HandshakeServer(target, PATIENT_MILLIS);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            for (int i = 0; i < parts.length; i++) {
                socket.getOutputStream().write(parts[i]);
                if (i < parts.length - 1) {
                    assertThat(socket.getInputStream().read()).isEqualTo(22);
                }
            }
            return TlsFailure.of(server.nextFailure());
        }
    }

    private static byte[] clientHello() throws Exception {
        ByteBuffer out = ByteBuffer.allocate(1 << 15);
        jdkClient().wrap(ByteBuffer.allocate(0), out);
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes);
        return bytes;
    }

    private static SSLEngine jdkClient() throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        return engine;
    }
}

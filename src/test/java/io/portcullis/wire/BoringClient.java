package io.portcullis.wire;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslCertificateCompressionAlgorithm;
import io.netty.handler.ssl.OpenSslCertificateCompressionConfig;
import io.netty.handler.ssl.OpenSslCertificateCompressionConfig.AlgorithmMode;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** BoringSSL as a client on a socket, for what the JDK's client cannot offer: compressed certificates. */
final class BoringClient implements AutoCloseable {
    /**
     * How a handshake went.
     *
     * @param received bytes that came until its end
     * @param unpacked the length that a compressed certificate had before; 0 where it came as it is
     */
    record Shaken(int received, int unpacked, int staple, List<Certificate> chain) {}

    private final Unpacking unpacking;
    private final SslContext context;

    /**
     * Makes full handshakes only, and checks chain and name.
     *
     * @param algorithm its number in RFC 8879 §7.3; 0 offers none
     */
    BoringClient(int algorithm, File ca, String version) throws IOException {
        unpacking = new Unpacking(algorithm);
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(version)
                .trustManager(ca)
                .enableOcsp(true)
                .applicationProtocolConfig(ApplicationProtocolConfig.DISABLED);
        if (algorithm != 0) {
            builder.option(
                    OpenSslContextOption.CERTIFICATE_COMPRESSION_ALGORITHMS,
                    OpenSslCertificateCompressionConfig.newBuilder()
                            .addAlgorithm(unpacking, AlgorithmMode.Decompress)
                            .build());
        }
        context = builder.build();
    }

    Shaken shakeHands(int port, String name) throws IOException {
        SSLEngine engine = context.newEngine(UnpooledByteBufAllocator.DEFAULT, name, port);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            int received = handshake(engine, socket);
            byte[] staple = ((ReferenceCountedOpenSslEngine) engine).getOcspResponse();
            return new Shaken(
                    received,
                    unpacking.length,
                    staple == null ? 0 : staple.length,
                    List.of(engine.getSession().getPeerCertificates()));
        } finally {
            ReferenceCountUtil.release(engine);
        }
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(context);
    }

    private static int handshake(SSLEngine engine, Socket socket) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(1 << 16);
        ByteBuffer out = ByteBuffer.allocate(1 << 16);
        int received = 0;
        engine.beginHandshake();
        in.flip();
        for (HandshakeStatus status = engine.getHandshakeStatus();
                status != HandshakeStatus.FINISHED && status != HandshakeStatus.NOT_HANDSHAKING;
                status = engine.getHandshakeStatus()) {
            switch (status) {
                case NEED_WRAP -> {
                    engine.wrap(ByteBuffer.allocate(0), out);
                    socket.getOutputStream().write(out.array(), 0, out.position());
                    out.clear();
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    int before = in.remaining();
                    engine.unwrap(in, ByteBuffer.allocate(1 << 15));
                    if (in.remaining() == before && engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
                        in.compact();
                        int count = socket.getInputStream().read(in.array(), in.position(), in.remaining());
                        if (count < 0) {
                            throw new EOFException("the server closed");
                        }
                        received += count;
                        in.position(in.position() + count).flip();
                    }
                }
                case NEED_TASK -> {
                    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                        task.run();
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> throw new AssertionError(status);
            }
        }
        return received;
    }

    /** Unpacks zlib, and remembers that it did. */
    private static final class Unpacking implements OpenSslCertificateCompressionAlgorithm {
        private final int algorithm;
        private volatile int length;

        Unpacking(int algorithm) {
            this.algorithm = algorithm;
        }

        @Override
        public byte[] compress(SSLEngine engine, byte[] message) throws SSLException {
            throw new SSLException("nothing is to be compressed");
        }

        @Override
        public byte[] decompress(SSLEngine engine, int whole, byte[] message) throws DataFormatException {
            Inflater inflater = new Inflater();
            try {
                inflater.setInput(message);
                byte[] unpacked = new byte[whole];
                int count = inflater.inflate(unpacked);
                length = count;
                if (count != whole || !inflater.finished()) {
                    throw new DataFormatException(count + " bytes (expected: " + whole + ")");
                }
                return unpacked;
            } finally {
                inflater.end();
            }
        }

        @Override
        public int algorithmId() {
            return algorithm;
        }
    }
}

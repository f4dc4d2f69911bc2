package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslCertificateCompressionAlgorithm;
import io.netty.handler.ssl.OpenSslCertificateCompressionConfig;
import io.netty.handler.ssl.OpenSslCertificateCompressionConfig.AlgorithmMode;
import io.netty.internal.tcnative.CertificateCompressionAlgo;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Certificate messages made small by zlib for clients of TLS 1.3 that offer it (RFC 8879).
 *
 * <p>One context's: its messages are few (one for each certificate, with and without the staple), so each is made small once and kept. Safe
 * for any thread: reading takes one immutable array. Nothing is ever unpacked here (rule S19): clients are not told that they might send
 * theirs so.
 */
final class SmallChains implements OpenSslCertificateCompressionAlgorithm {
    /** Kinds of key, times with and without a staple, and room for what a client may bring about otherwise. */
    private static final int MOST = 8;

    /** Messages at even places, each followed by what it became. */
    private volatile byte[][] kept = {};

    /** For one context. */
    static OpenSslCertificateCompressionConfig config() {
        return OpenSslCertificateCompressionConfig.newBuilder()
                .addAlgorithm(new SmallChains(), AlgorithmMode.Compress)
                .build();
    }

    @Override
    public byte[] compress(SSLEngine engine, byte[] message) {
        byte[][] known = kept;
        for (int i = 0; i < known.length; i += 2) {
            if (Arrays.equals(known[i], message)) {
                return known[i + 1];
            }
        }
        byte[] small = deflated(message);
        keep(message, small);
        return small;
    }

    private synchronized void keep(byte[] message, byte[] small) {
        if (kept.length < 2 * MOST) {
            byte[][] more = Arrays.copyOf(kept, kept.length + 2);
            more[kept.length] = message;
            more[kept.length + 1] = small;
            kept = more;
        }
    }

    private static byte[] deflated(byte[] message) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        try {
            deflater.setInput(message);
            deflater.finish();
            ByteArrayOutputStream small = new ByteArrayOutputStream(message.length);
            byte[] part = new byte[4096];
            while (!deflater.finished()) {
                small.write(part, 0, deflater.deflate(part));
            }
            return small.toByteArray();
        } finally {
            deflater.end();
        }
    }

    @Override
    public byte[] decompress(SSLEngine engine, int length, byte[] message) throws SSLException {
        throw new SSLException("a compressed certificate came, and none was offered to be taken");
    }

    @Override
    public int algorithmId() {
        return CertificateCompressionAlgo.TLS_EXT_CERT_COMPRESSION_ZLIB;
    }
}

package io.portcullis.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** The JDK's TLS client against one of our contexts, without sockets. Remembers sessions, as a browser does. */
final class EngineClient {
    private static final int PORT = 443;
    private final SSLContext context;
    private int fullHandshakes;

    EngineClient() {
        this(null);
    }

    /** One that shows a certificate where it is asked for one. */
    EngineClient(@Nullable TestLeaf shown) {
        try {
            context = SSLContext.getInstance("TLS");
            context.init(shown == null ? null : keys(shown), new TrustManager[] {new Counting()}, null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyManager[] keys(TestLeaf shown) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("me", shown.key(), new char[0], shown.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    /** How many servers have shown a certificate: a resumed handshake shows none. */
    int fullHandshakes() {
        return fullHandshakes;
    }

    Shaken connect(TlsTarget target, String host) throws SSLException {
        return connect(target, host, parameters -> {});
    }

    Shaken connect(TlsTarget target, String host, Consumer<SSLParameters> setting) throws SSLException {
        SSLEngine server = target.context().newEngine(UnpooledByteBufAllocator.DEFAULT);
        try {
            return shaken(target, server, host, setting);
        } finally {
            ReferenceCountUtil.release(server);
        }
    }

    /** With an engine that {@code target} made; the caller releases it. */
    Shaken connect(TlsTarget target, SSLEngine server, String host) throws SSLException {
        return shaken(target, server, host, parameters -> {});
    }

    private Shaken shaken(TlsTarget target, SSLEngine server, String host, Consumer<SSLParameters> setting)
            throws SSLException {
        SSLEngine client = context.createSSLEngine(host, PORT);
        client.setUseClientMode(true);
        SSLParameters parameters = client.getSSLParameters();
        setting.accept(parameters);
        client.setSSLParameters(parameters);
        shakeHands(client, server);
        X509Certificate leaf = (X509Certificate) client.getSession().getPeerCertificates()[0];
        return new Shaken(
                client.getSession().getProtocol(),
                client.getSession().getCipherSuite(),
                client.getApplicationProtocol(),
                leaf,
                accepted(target, server));
    }

    /** What was agreed on. */
    record Shaken(String protocol, String suite, String alpn, X509Certificate leaf, @Nullable ClientIdentity client) {}

    /** What the proxy does with a finished handshake. */
    private static @Nullable ClientIdentity accepted(TlsTarget target, SSLEngine server) throws SSLException {
        try {
            return target.client(server, Agreement.of(server).resumed());
        } catch (CertificateException e) {
            throw new SSLException(e);
        }
    }

    private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        client.beginHandshake();
        server.beginHandshake();
        for (int turn = 0; turn < 50; turn++) {
            step(client, toClient, toServer);
            step(server, toServer, toClient);
        }
        // One byte from the server carries the tickets of TLS 1.3 past the client's eyes.
        server.wrap(ByteBuffer.wrap(new byte[1]), toClient);
        toClient.flip();
        while (toClient.hasRemaining()) {
            client.unwrap(toClient, ByteBuffer.allocate(1 << 15));
        }
        if (client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            throw new SSLException("the handshake did not end: " + client.getHandshakeStatus());
        }
    }

    private static void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                in.flip();
                engine.unwrap(in, ByteBuffer.allocate(1 << 15));
                in.compact();
            }
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case FINISHED, NOT_HANDSHAKING -> {}
        }
    }

    private final class Counting extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            fullHandshakes++;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {
            fullHandshakes++;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            fullHandshakes++;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, java.net.Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

package io.portcullis.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers in its TLS handshake.
 *
 * @param ca PEM file of the certificates it trusts
 * @param serverName the SNI name, which the certificate must then match; null sends none and checks only the chain
 * @param protocols for example {@code TLSv1.2}; empty for the JDK's choice
 * @param alpn in order of preference; empty sends none
 * @param ciphers JSSE names; empty for the JDK's choice
 * @param shown the certificate it shows where it is asked for one; null for none
 */
public record TlsOffer(
        Path ca,
        @Nullable String serverName,
        List<String> protocols,
        List<String> alpn,
        List<String> ciphers,
        @Nullable TestLeaf shown) {
    /** Trusts {@code ca}; no SNI, no ALPN. */
    public static TlsOffer trusting(Path ca) {
        return new TlsOffer(ca, null, List.of(), List.of(), List.of(), null);
    }

    public TlsOffer named(String name) {
        return new TlsOffer(ca, name, protocols, alpn, ciphers, shown);
    }

    public TlsOffer protocols(String... names) {
        return new TlsOffer(ca, serverName, List.of(names), alpn, ciphers, shown);
    }

    public TlsOffer alpn(String... names) {
        return new TlsOffer(ca, serverName, protocols, List.of(names), ciphers, shown);
    }

    public TlsOffer ciphers(String... names) {
        return new TlsOffer(ca, serverName, protocols, alpn, List.of(names), shown);
    }

    public TlsOffer showing(TestLeaf certificate) {
        return new TlsOffer(ca, serverName, protocols, alpn, ciphers, certificate);
    }

    /** Shakes hands over a connected socket, which the result owns. */
    SSLSocket over(Socket socket) throws IOException {
        // The JDK would accept a certificate for the peer's address too, so the peer is given as the name.
        String peer = serverName == null ? socket.getInetAddress().getHostAddress() : serverName;
        SSLSocket secure = (SSLSocket) context().getSocketFactory().createSocket(socket, peer, socket.getPort(), true);
        secure.setSSLParameters(parameters(secure.getSSLParameters()));
        secure.startHandshake();
        return secure;
    }

    private SSLParameters parameters(SSLParameters parameters) {
        if (serverName == null) {
            parameters.setServerNames(List.of());
        } else {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!protocols.isEmpty()) {
            parameters.setProtocols(protocols.toArray(String[]::new));
        }
        if (!ciphers.isEmpty()) {
            parameters.setCipherSuites(ciphers.toArray(String[]::new));
        }
        parameters.setApplicationProtocols(alpn.toArray(String[]::new));
        return parameters;
    }

    private SSLContext context() throws IOException {
        try (InputStream pem = Files.newInputStream(ca)) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int i = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca" + i++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown == null ? null : keys(shown), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("ca: " + ca + " (expected: a PEM file of certificates)", e);
        }
    }

    private static KeyManager[] keys(TestLeaf leaf) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("me", leaf.key(), new char[0], leaf.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }
}

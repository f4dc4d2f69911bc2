package io.portcullis.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides on the certificates of servers, and lets no client's pass. Extended, for a plain trust manager would be wrapped into one that
 * compares names by rules of its own.
 */
final class ServersOnly extends X509ExtendedTrustManager {
    /** Believes every endpoint, as {@code verify = off} says. */
    static final ServersOnly ANYBODY = new ServersOnly((chain, authType) -> {}, new X509Certificate[0]);

    /** Throws where a server's chain is not to be believed. */
    interface Judge {
        void check(X509Certificate[] chain, String authType) throws CertificateException;
    }

    private final Judge judge;
    private final X509Certificate[] issuers;

    ServersOnly(Judge judge, X509Certificate[] issuers) {
        this.judge = judge;
        this.issuers = issuers;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judge.check(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        judge.check(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        judge.check(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notAServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notAServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notAServer();
    }

    private static CertificateException notAServer() {
        return new CertificateException("clients are not decided on here");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return issuers.clone();
    }
}

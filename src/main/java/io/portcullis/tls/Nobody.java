package io.portcullis.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/** Trusts no certificate of a client: for contexts that ask for none. Netty's own choice would load every root of the runtime. */
final class Nobody implements X509TrustManager {
    static final Nobody INSTANCE = new Nobody();

    private Nobody() {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no certificate was asked for");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("no certificate was asked for");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

package io.portcullis.tls;

import io.portcullis.config.TlsConfig;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** Whether a private key belongs to a certificate. Blocks (files). */
public final class KeyFit {
    private KeyFit() {}

    /** Whether both files can be read, and the key is of none of the certificates in the chain. */
    public static boolean isBroken(TlsConfig.Certificate pair) {
        if (pair.key() == null) {
            return false;
        }
        PemFiles pem = new PemFiles(new Complaints(pair.where(), "", unused -> {}));
        List<X509Certificate> chain = pem.certificates(pair.chain());
        PrivateKey key = pem.privateKey(pair.key());
        return chain != null
                && key != null
                && chain.stream().noneMatch(each -> FileCertificates.isPair(each.getPublicKey(), key));
    }
}

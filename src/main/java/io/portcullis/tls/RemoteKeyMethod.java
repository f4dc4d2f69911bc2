package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslAsyncPrivateKeyMethod;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.portcullis.config.TlsConfig;
import java.security.SignatureException;
import java.util.Objects;
import javax.net.ssl.SSLEngine;

/** What BoringSSL calls where the private key of a certificate is not in this process. */
final class RemoteKeyMethod implements OpenSslAsyncPrivateKeyMethod {
    private final TlsConfig.Signer signer;
    private final String key;
    private final RemoteKeys keys;

    RemoteKeyMethod(Credential credential, RemoteKeys keys) {
        this.signer = Objects.requireNonNull(credential.source().signer());
        this.key = credential.keyId();
        this.keys = keys;
    }

    @Override
    public Future<byte[]> sign(SSLEngine engine, int scheme, byte[] input) {
        SignatureAlgorithm algorithm = SignatureAlgorithm.numbered(scheme);
        return algorithm == null
                ? failed("no signer knows the algorithm " + scheme)
                : keys.sign(new RemoteKeys.Wanted(signer, key, algorithm.text(), input));
    }

    /** RSA key exchange, which no policy has. */
    @Override
    public Future<byte[]> decrypt(SSLEngine engine, byte[] input) {
        return failed("nothing is decrypted by a signer");
    }

    private static Future<byte[]> failed(String why) {
        return ImmediateEventExecutor.INSTANCE.newFailedFuture(new SignatureException(why));
    }
}

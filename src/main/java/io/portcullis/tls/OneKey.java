package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslX509KeyManagerFactory;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The one certificate of a context that is no OpenSSL credential of its own, for every kind of key alike, or none.
 *
 * <p>Every certificate whose key is here is such a credential, among which BoringSSL itself chooses (Ed25519 works in no other way). It tries
 * this one after all of them: only its oldest kind of credential can be signed for by somebody else.
 */
final class OneKey extends X509ExtendedKeyManager {
    /** Netty wants a key manager for a server, also where there is nothing in it. */
    static final OneKey NONE = new OneKey(null, null);

    /** An alias there always is, or Netty would end the handshake. */
    private static final String ALIAS = "one";

    /** Netty's name for the only entry of a key store without keys. */
    private static final String NETTYS = "key";

    private final X509Certificate @Nullable [] chain;
    private final @Nullable PrivateKey standIn;

    private OneKey(X509Certificate @Nullable [] chain, @Nullable PrivateKey standIn) {
        this.chain = chain;
        this.standIn = standIn;
    }

    /** One whose private key is elsewhere. */
    static OneKey away(Credential credential) throws SSLException {
        X509Certificate[] chain = credential.chain().toArray(X509Certificate[]::new);
        try {
            for (KeyManager each :
                    OpenSslX509KeyManagerFactory.newKeyless(chain).getKeyManagers()) {
                if (each instanceof X509KeyManager manager) {
                    return new OneKey(chain, Objects.requireNonNull(manager.getPrivateKey(NETTYS)));
                }
            }
            throw new SSLException("the TLS library has no stand-in for a private key");
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new SSLException(e);
        }
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return ALIAS;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return chain;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return standIn;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return chain == null ? new String[0] : new String[] {ALIAS};
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}

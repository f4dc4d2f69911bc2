package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.internal.tcnative.SSLCredential;
import java.lang.reflect.Method;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Makes native credentials with their staple.
 *
 * <p>Each kind of certificate for a name is a credential of its own, so that whichever the client's algorithms pick brings its own
 * staple; what an engine is given ({@code setOcspResponse}) goes with none of them. Netty's builder has no word for it yet and keeps the
 * credential's address behind a type of its package; the address is asked for by name, and only where there is something to staple.
 */
final class StapledCredential {
    private StapledCredential() {}

    /** The caller releases it. */
    static OpenSslCredential of(Credential credential, PrivateKey key, @Nullable Staple staple) {
        OpenSslCredential made = OpenSslCredentialBuilder.forX509(
                        key, credential.chain().toArray(X509Certificate[]::new))
                .build();
        if (staple != null) {
            try {
                SSLCredential.setOcspResponse(address(made), staple.der());
            } catch (Exception e) {
                made.release();
                throw new IllegalStateException("the TLS library takes no staple: " + e, e);
            }
        }
        return made;
    }

    private static long address(OpenSslCredential made) throws ReflectiveOperationException {
        Method address = made.getClass().getMethod("credentialAddress");
        address.setAccessible(true);
        return (Long) address.invoke(made);
    }
}

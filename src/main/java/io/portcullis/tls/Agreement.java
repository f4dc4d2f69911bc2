package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * What a finished handshake agreed on.
 *
 * @param version {@code TLSv1.2} or {@code TLSv1.3}
 * @param group the key-exchange group; null where a TLS 1.2 session was resumed
 */
public record Agreement(String version, String cipher, @Nullable String group, boolean resumed) {
    /** Reads a handshake that has just succeeded; to be called on the connection's loop. */
    public static Agreement of(SSLEngine engine) {
        SSLSession session = engine.getSession();
        String group = session instanceof OpenSslSession open ? open.getNamedGroup() : null;
        boolean resumed =
                engine instanceof ReferenceCountedOpenSslEngine open && SSL.isSessionReused(open.sslPointer());
        return new Agreement(session.getProtocol(), session.getCipherSuite(), group, resumed);
    }
}

package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslSession;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.internal.tcnative.SSL;
import io.portcullis.net.TlsFacts;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Reads what a finished handshake agreed on. */
public final class Handshaken {
    private Handshaken() {}

    /**
     * The facts of a handshake that has just succeeded; to be called on the connection's loop.
     *
     * @param sni the name the client asked for
     * @param hsts the policy's {@code Strict-Transport-Security} value
     */
    public static TlsFacts facts(SSLEngine engine, @Nullable String sni, @Nullable String hsts) {
        SSLSession session = engine.getSession();
        String group = session instanceof OpenSslSession open ? open.getNamedGroup() : null;
        boolean resumed =
                engine instanceof ReferenceCountedOpenSslEngine open && SSL.isSessionReused(open.sslPointer());
        return new TlsFacts(session.getProtocol(), session.getCipherSuite(), group, resumed, sni, hsts);
    }
}

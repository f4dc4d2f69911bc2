package io.portcullis.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;

/** Builds the native contexts of servers. */
final class ServerContexts {
    private ServerContexts() {}

    static TlsTarget target(NameClaims.Served served, TicketKeys tickets) throws SSLException {
        ReferenceCountedOpenSslServerContext context = context(served, tickets);
        context.sessionContext().setSessionIdContext(served.group().sessions(served.together()));
        // Tickets serve TLS 1.2 and 1.3; the cache by session id would keep state here, on the heap, for each client.
        context.sessionContext().setSessionCacheEnabled(false);
        TlsTarget target = new TlsTarget(context, served);
        target.setTicketKeys(tickets);
        return target;
    }

    private static ReferenceCountedOpenSslServerContext context(NameClaims.Served served, TicketKeys tickets)
            throws SSLException {
        List<OpenSslCredential> credentials = new ArrayList<>();
        try {
            // BoringSSL takes the first that fits the client, so the order of the kinds is ours.
            for (Credential each : served.together()) {
                credentials.add(OpenSslCredentialBuilder.forX509(
                                each.key(), each.chain().toArray(X509Certificate[]::new))
                        .build());
            }
            ClientTrust trust = served.group().trust();
            SslContextBuilder builder = new TlsPolicy(served.group().terms().policy())
                    .applyTo(SslContextBuilder.forServer(NoKeys.INSTANCE))
                    .addCredentials(credentials)
                    .applicationProtocolConfig(
                            TlsPolicy.alpn(served.group().terms().alpn()))
                    .sessionTimeout(tickets.longestLife().toSeconds())
                    .trustManager(trust == null ? Nobody.INSTANCE : trust)
                    .clientAuth(
                            trust == null
                                    ? ClientAuth.NONE
                                    : trust.settings().required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
            return (ReferenceCountedOpenSslServerContext) builder.build();
        } finally {
            // The context holds its own references.
            credentials.forEach(OpenSslCredential::release);
        }
    }
}

package io.portcullis.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
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

    static TlsTarget target(NameClaims.Served served, TicketKeys tickets, RemoteKeys keys) throws SSLException {
        ReferenceCountedOpenSslServerContext context = context(served, tickets, keys);
        context.sessionContext().setSessionIdContext(served.group().sessions(served.together()));
        // Tickets serve TLS 1.2 and 1.3; the cache by session id would keep state here, on the heap, for each client.
        context.sessionContext().setSessionCacheEnabled(false);
        TlsTarget target = new TlsTarget(context, served);
        target.setTicketKeys(tickets);
        return target;
    }

    /** Who signs for the certificate that is served besides those whose keys are here. */
    private static SslContextBuilder keys(NameClaims.Served served, RemoteKeys keys) throws SSLException {
        for (Credential each : served.together()) {
            if (each.isRemote()) {
                return SslContextBuilder.forServer(RemoteChain.of(each))
                        .option(OpenSslContextOption.ASYNC_PRIVATE_KEY_METHOD, new RemoteKeyMethod(each, keys));
            }
        }
        return SslContextBuilder.forServer(NoKeys.INSTANCE);
    }

    private static ReferenceCountedOpenSslServerContext context(
            NameClaims.Served served, TicketKeys tickets, RemoteKeys keys) throws SSLException {
        List<OpenSslCredential> credentials = new ArrayList<>();
        try {
            // BoringSSL takes the first that fits the client, so the order of the kinds is ours.
            for (Credential each : served.together()) {
                if (each.key() != null) {
                    credentials.add(OpenSslCredentialBuilder.forX509(
                                    each.key(), each.chain().toArray(X509Certificate[]::new))
                            .build());
                }
            }
            ClientTrust trust = served.group().trust();
            SslContextBuilder builder = new TlsPolicy(served.group().terms().policy())
                    .applyTo(keys(served, keys))
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

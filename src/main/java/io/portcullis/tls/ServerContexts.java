package io.portcullis.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Builds the native contexts of servers. */
final class ServerContexts {
    private ServerContexts() {}

    /** One with these staples, in the order of the certificates; {@code keys} signs for the one whose key is elsewhere. */
    static ReferenceCountedOpenSslServerContext context(
            NameClaims.Served served, TicketKeys tickets, List<@Nullable Staple> staples, RemoteKeys keys)
            throws SSLException {
        ReferenceCountedOpenSslServerContext context = bare(served, tickets, staples, keys);
        context.sessionContext().setSessionIdContext(served.group().sessions(served.together()));
        // Tickets serve TLS 1.2 and 1.3; the cache by session id would keep state here, on the heap, for each client.
        context.sessionContext().setSessionCacheEnabled(false);
        context.sessionContext().setTicketKeys(tickets.of(served.group().sessions(served.together())));
        return context;
    }

    /** Who signs for the certificate that is served besides those whose keys are here. */
    private static SslContextBuilder keys(NameClaims.Served served, RemoteKeys keys) throws SSLException {
        for (Credential each : served.together()) {
            if (each.isRemote()) {
                return SslContextBuilder.forServer(OneKey.away(each))
                        .option(OpenSslContextOption.ASYNC_PRIVATE_KEY_METHOD, new RemoteKeyMethod(each, keys));
            }
        }
        return SslContextBuilder.forServer(OneKey.NONE);
    }

    private static ReferenceCountedOpenSslServerContext bare(
            NameClaims.Served served, TicketKeys tickets, List<@Nullable Staple> staples, RemoteKeys keys)
            throws SSLException {
        List<OpenSslCredential> credentials = new ArrayList<>();
        try {
            // BoringSSL takes the first that fits the client, so the order of the kinds is ours.
            for (int i = 0; i < served.together().size(); i++) {
                Credential each = served.together().get(i);
                PrivateKey key = each.key();
                if (key != null) {
                    credentials.add(StapledCredential.of(each, key, staples.get(i)));
                }
            }
            ClientTrust trust = served.group().trust();
            SslContextBuilder builder = new TlsPolicy(served.group().terms().policy())
                    .applyTo(keys(served, keys))
                    .addCredentials(credentials)
                    .option(OpenSslContextOption.CERTIFICATE_COMPRESSION_ALGORITHMS, SmallChains.config())
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

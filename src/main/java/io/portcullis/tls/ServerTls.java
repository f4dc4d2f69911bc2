package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.handler.ssl.ReferenceCountedOpenSslServerContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns one block under {@code tls} into a {@link CertificateIndex}. Blocks (files, handshakes in process): never on an event loop.
 */
public final class ServerTls {
    private final CertificateSource source;
    private final List<String> alpn;

    /** {@code alpn}: application protocols offered, best first, RFC 7301. */
    public ServerTls(CertificateSource source, List<String> alpn) {
        this.source = source;
        this.alpn = List.copyOf(alpn);
    }

    /**
     * Loads, checks, builds and tries out every certificate of the block.
     *
     * @return null where at least one problem is an error; the caller closes the index
     */
    public @Nullable CertificateIndex build(TlsConfig config, TicketKeys tickets, Consumer<Problem> problems) {
        List<Credential> credentials = new ArrayList<>();
        for (int i = 0; i < config.certificates().size(); i++) {
            Credential loaded = source.load(config.certificates().get(i), keyPath(config, i), problems);
            if (loaded != null) {
                credentials.add(loaded);
            }
        }
        if (credentials.size() < config.certificates().size()) {
            return null;
        }
        NameClaims claims = new NameClaims(config);
        claims.add(credentials, problems);
        return claims.isRefused() ? null : new IndexBuild(config, tickets, problems).of(claims);
    }

    private static String keyPath(TlsConfig config, int index) {
        return "tls." + config.name() + ".certificates[" + index + "]";
    }

    /** One build: its contexts are released if it fails halfway. */
    private final class IndexBuild {
        private final TlsConfig config;
        private final TicketKeys tickets;
        private final Consumer<Problem> problems;
        private final TlsPolicy policy;

        IndexBuild(TlsConfig config, TicketKeys tickets, Consumer<Problem> problems) {
            this.config = config;
            this.tickets = tickets;
            this.problems = problems;
            this.policy = new TlsPolicy(config.policy());
        }

        @Nullable
        CertificateIndex of(NameClaims claims) {
            List<TlsTarget> targets = new ArrayList<>();
            boolean complete = false;
            try (SelfTest selfTest = new SelfTest(policy)) {
                for (List<Credential> together : claims.groups()) {
                    TlsTarget target = new TlsTarget(context(together), together, policy.name());
                    targets.add(target);
                    selfTest.run(target);
                }
                complete = true;
            } catch (SSLException | IllegalStateException e) {
                problems.accept(Problem.error(
                        config.where(),
                        "tls." + config.name(),
                        "the TLS library refuses this block: " + e.getMessage(),
                        "check its policy and certificates"));
            } finally {
                if (!complete) {
                    targets.forEach(TlsTarget::release);
                }
            }
            return complete ? claims.index(targets) : null;
        }

        private ReferenceCountedOpenSslServerContext context(List<Credential> together) throws SSLException {
            Credential primary = together.get(0);
            SslContextBuilder builder = policy.applyTo(
                    SslContextBuilder.forServer(primary.key(), primary.chain().toArray(X509Certificate[]::new)));
            builder.applicationProtocolConfig(TlsPolicy.alpn(alpn));
            List<OpenSslCredential> added = new ArrayList<>();
            try {
                for (Credential other : together.subList(1, together.size())) {
                    added.add(OpenSslCredentialBuilder.forX509(
                                    other.key(), other.chain().toArray(X509Certificate[]::new))
                            .build());
                }
                builder.addCredentials(added);
                return configured((ReferenceCountedOpenSslServerContext) builder.build(), together);
            } finally {
                // The context holds its own references.
                added.forEach(OpenSslCredential::release);
            }
        }

        private ReferenceCountedOpenSslServerContext configured(
                ReferenceCountedOpenSslServerContext context, List<Credential> together) {
            context.sessionContext().setSessionIdContext(resumptionGroup(together));
            // Tickets serve TLS 1.2 and 1.3; the cache by session id would keep state here, on the heap, for each
            // client.
            context.sessionContext().setSessionCacheEnabled(false);
            context.sessionContext().setTicketKeys(tickets.current());
            return context;
        }

        /**
         * A session resumes only with the same block, policy and names (RFC 6066 §3, RFC 8446 §4.6.1): without this Netty gives every
         * context one and the same identifier.
         */
        private byte[] resumptionGroup(List<Credential> together) {
            String identity = String.join(
                    "\n",
                    config.name(),
                    policy.name(),
                    String.join(",", together.get(0).names()));
            try {
                return MessageDigest.getInstance("SHA-256").digest(identity.getBytes(StandardCharsets.UTF_8));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}

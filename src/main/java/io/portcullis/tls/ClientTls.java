package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.UpstreamConfig;
import io.portcullis.config.UpstreamTls;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@code upstreams.<name>.tls} and its files come to: whom to believe, and what to show. A value; safe for any thread.
 *
 * @param authorities those that may have issued an endpoint's certificate; empty: the runtime's
 * @param chain our own certificate first; empty where none is shown
 * @param key of {@code chain}; null where none is shown
 */
public record ClientTls(
        UpstreamTls settings,
        List<X509Certificate> authorities,
        List<X509Certificate> chain,
        @Nullable PrivateKey key) {

    /** Reads the files of {@code upstream}, which has a {@code tls} block; null after an error. Blocks. */
    public static @Nullable ClientTls read(UpstreamConfig upstream, Clock clock, Consumer<Problem> problems) {
        UpstreamTls settings = upstream.tls();
        if (settings == null) {
            throw new IllegalArgumentException("upstream: has no tls (expected: one that has)");
        }
        Complaints complaints = new Complaints(settings.where(), "upstreams." + upstream.name() + ".tls", problems);
        PemFiles pem = new PemFiles(complaints);
        List<X509Certificate> authorities = List.of();
        if (settings.ca() != null) {
            List<X509Certificate> found = pem.certificates("ca", settings.ca());
            authorities = found == null ? List.of() : found;
        }
        UpstreamTls.Identity identity = settings.identity();
        List<X509Certificate> chain = identity == null ? null : pem.certificates("chain", identity.chain());
        PrivateKey key = identity == null ? null : pem.privateKey(identity.key());
        if (identity != null && chain != null && key != null) {
            judge(identity, chain, key, clock, complaints);
        }
        return complaints.isRefused()
                ? null
                : new ClientTls(settings, authorities, chain == null ? List.of() : List.copyOf(chain), key);
    }

    private static void judge(
            UpstreamTls.Identity identity,
            List<X509Certificate> chain,
            PrivateKey key,
            Clock clock,
            Complaints complaints) {
        X509Certificate own = chain.get(0);
        if (!FileCertificates.isPair(own.getPublicKey(), key)) {
            complaints.error(
                    "key",
                    "the key in " + identity.key() + " does not belong to the first certificate in " + identity.chain(),
                    "use the key the certificate was requested with");
        }
        Instant until = own.getNotAfter().toInstant();
        if (until.isBefore(clock.instant())) {
            complaints.error("chain", "the certificate in " + identity.chain() + " expired on " + until, "renew it");
        }
    }

    /** The name that an endpoint is asked for, and that its certificate must have; canonical. */
    public String name(String host) {
        return HostNames.canonical(settings.name() == null ? host : settings.name());
    }

    /** What is wrong with the certificates that an endpoint showed; null where they are taken. */
    public @Nullable String complaint(String host, List<X509Certificate> shown) {
        if (!settings.verify()) {
            return null;
        }
        try {
            EndpointTrust.of(authorities, name(host))
                    .checkServerTrusted(shown.toArray(X509Certificate[]::new), "UNKNOWN");
            return null;
        } catch (CertificateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Whether endpoints see and are believed the same. */
    public boolean isLike(ClientTls other) {
        return authorities.equals(other.authorities)
                && chain.equals(other.chain)
                && (key == null ? other.key == null : key.equals(other.key));
    }

    /**
     * The side of it that belongs to one endpoint.
     *
     * @param host the endpoint's, a name or an address; empty for a Unix socket
     * @param alpn application protocols to offer, best first
     */
    public EndpointTls endpoint(String host, List<String> alpn) {
        return EndpointTls.of(this, host, alpn);
    }
}

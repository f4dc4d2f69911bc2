package io.portcullis.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Decides on the certificates that an endpoint shows: issuer, dates and purpose as the Java runtime does, then the name (RFC 9525).
 *
 * <p>The name is compared here and not by the engine, which would take that of SNI for as good as the one to verify. Common names do
 * not count. Safe for any thread.
 */
final class EndpointTrust {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;

    private final X509TrustManager path;
    private final String name;

    private EndpointTrust(X509TrustManager path, String name) {
        this.path = path;
        this.name = name;
    }

    /**
     * @param authorities empty: those of the runtime
     * @param name canonical: a host name or an address
     */
    static ServersOnly of(List<X509Certificate> authorities, String name) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(authorities.isEmpty() ? null : store(authorities));
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509TrustManager x509) {
                    return new ServersOnly(new EndpointTrust(x509, name)::check, x509.getAcceptedIssuers());
                }
            }
            throw new IllegalStateException("runtime: has no X.509 trust manager");
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("runtime: cannot judge certificates", e);
        }
    }

    private static KeyStore store(List<X509Certificate> authorities) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < authorities.size(); i++) {
            store.setCertificateEntry(Integer.toString(i), authorities.get(i));
        }
        return store;
    }

    private void check(X509Certificate[] chain, String authType) throws CertificateException {
        try {
            path.checkServerTrusted(chain, authType);
        } catch (CertificateException e) {
            throw new CertificateException(reason(chain[0], e), e);
        }
        List<String> names = names(chain[0]);
        if (names.stream().noneMatch(each -> HostNames.covers(each, name))) {
            throw new CertificateException(
                    "it is not for " + name + " but for " + (names.isEmpty() ? "no name" : String.join(", ", names)));
        }
    }

    private static String reason(X509Certificate leaf, CertificateException cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof CertificateExpiredException) {
                return "it, or an authority in its chain, has expired (its own end: "
                        + leaf.getNotAfter().toInstant() + ")";
            }
            if (each instanceof CertificateNotYetValidException) {
                return "it is not valid yet";
            }
            if (each instanceof CertPathBuilderException
                    || each instanceof CertPathValidatorException path
                            && path.getReason() == PKIXReason.NO_TRUST_ANCHOR) {
                return "its issuer \"" + leaf.getIssuerX500Principal().getName() + "\" is not known";
            }
        }
        return String.valueOf(cause.getMessage());
    }

    private List<String> names(X509Certificate leaf) throws CertificateParsingException {
        Collection<List<?>> entries = leaf.getSubjectAlternativeNames();
        int wanted = HostNames.isAddress(name) ? IP_ADDRESS : DNS_NAME;
        List<String> names = new ArrayList<>();
        for (List<?> entry : entries == null ? List.<List<?>>of() : entries) {
            if ((Integer) entry.get(0) == wanted) {
                names.add(HostNames.canonical(String.valueOf(entry.get(1))));
            }
        }
        return names;
    }
}

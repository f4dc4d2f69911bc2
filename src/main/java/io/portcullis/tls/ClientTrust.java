package io.portcullis.tls;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import io.portcullis.config.TlsConfig.ClientCertificates;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Decides on certificates that clients show: authorities, depth, dates, purpose, revocation lists, names.
 *
 * <p>Asked in the handshake, and again where a session resumes (rule S02). A list that is missing, out of date or of an unknown
 * authority refuses: what cannot be known is not taken for good (rule S04). Nothing is fetched. Safe for any thread.
 */
final class ClientTrust extends X509ExtendedTrustManager {
    /** id-kp-clientAuth and anyExtendedKeyUsage, RFC 5280 §4.2.1.12. */
    private static final Set<String> PURPOSES = Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

    private final ClientCertificates settings;
    private final List<X509Certificate> authorities;
    private final List<X509CRL> lists;
    private final Set<TrustAnchor> anchors = new HashSet<>();

    ClientTrust(ClientCertificates settings, List<X509Certificate> authorities, List<X509CRL> lists) {
        this.settings = settings;
        this.authorities = List.copyOf(authorities);
        this.lists = List.copyOf(lists);
        authorities.forEach(authority -> anchors.add(new TrustAnchor(authority, null)));
    }

    ClientCertificates settings() {
        return settings;
    }

    /** Tells those apart that let others in; lists are not part of it, for they are asked again at each resumption. */
    String identity() {
        List<String> parts = new ArrayList<>();
        parts.add(Boolean.toString(settings.required()));
        parts.add(Integer.toString(settings.depth()));
        parts.addAll(settings.names().stream().sorted().toList());
        parts.add("authorities");
        authorities.stream().map(FileCertificates::fingerprint).sorted().forEach(parts::add);
        return PolicyGroup.sha256(parts);
    }

    /** Whether it decides as {@code other} does. */
    boolean isLike(ClientTrust other) {
        return identity().equals(other.identity())
                && new HashSet<>(lists).equals(new HashSet<>(other.lists))
                && settings.forward() == other.settings.forward();
    }

    /** Throws where a client with this chain, its own certificate first, may not come in. */
    void check(List<X509Certificate> chain) throws CertificateException {
        if (chain.isEmpty()) {
            throw new CertificateException("no certificate");
        }
        X509Certificate leaf = chain.get(0);
        List<String> purposes = leaf.getExtendedKeyUsage();
        if (purposes != null && purposes.stream().noneMatch(PURPOSES::contains)) {
            throw new CertificateException("the certificate is not for clients");
        }
        try {
            checkPath(chain);
        } catch (CertPathValidatorException e) {
            boolean stranger = e.getReason() == PKIXReason.NO_TRUST_ANCHOR;
            throw stranger ? unknownIssuer(e) : new CertificateException(e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new CertificateException(e.getMessage(), e);
        }
        if (!settings.names().isEmpty() && !ClientNames.of(leaf).isAnyOf(settings.names())) {
            throw new CertificateException("the certificate has none of the names that are let in");
        }
    }

    /** Makes BoringSSL send the alert {@code unknown_ca}. The number is native: to be had only once the library is loaded. */
    private static CertificateException unknownIssuer(CertPathValidatorException cause) {
        return new OpenSslCertificateException(
                "unknown issuer", cause, CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    }

    private void checkPath(List<X509Certificate> chain) throws GeneralSecurityException {
        List<X509Certificate> path = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            if (authorities.contains(certificate)) {
                break;
            }
            path.add(certificate);
        }
        if (path.isEmpty()) {
            throw new CertificateException("an authority's own certificate is no client's");
        }
        if (path.size() - 1 > settings.depth()) {
            throw new CertificateException("the chain is longer than depth allows");
        }
        PKIXParameters parameters = new PKIXParameters(anchors);
        parameters.setRevocationEnabled(!lists.isEmpty());
        if (!lists.isEmpty()) {
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
            parameters.addCertPathChecker(revocation());
        }
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    }

    /** By the lists at hand alone: no OCSP, nothing fetched, and no benefit of the doubt. */
    private static PKIXRevocationChecker revocation() throws GeneralSecurityException {
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathValidator.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(
                EnumSet.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
        return checker;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(List.of(chain));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notAClient();
    }

    private static CertificateException notAClient() {
        return new CertificateException("servers are not decided on here");
    }

    /** Told to clients, so that they know which certificate to show. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.toArray(X509Certificate[]::new);
    }

    @Override
    public String toString() {
        return "ClientTrust[" + (settings.required() ? "required" : "optional") + ", " + settings.ca() + "]";
    }
}

package io.portcullis.tls;

import io.portcullis.config.TlsConfig.ClientCertificates.Forward;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Who a client is by its certificate, which was found good.
 *
 * @param certificate the value of {@code Client-Cert}, RFC 9440 §2.2; null where backends are not to be told
 * @param chain the value of {@code Client-Cert-Chain}, RFC 9440 §2.3; null where there is none or it is not to be told
 * @param subject the distinguished name, RFC 2253
 * @param names alternative names and common names, as they stand in it (DNS names in lower case), and {@code sha256:} with its digest
 * @param told what backends are told by names of the operator's choice, values by names
 */
public record ClientIdentity(
        @Nullable String certificate,
        @Nullable String chain,
        String subject,
        Set<String> names,
        Map<String, String> told) {

    static @Nullable ClientIdentity of(SSLEngine engine, ClientTrust trust, boolean resumed)
            throws CertificateException {
        List<X509Certificate> shown = shown(engine);
        if (shown.isEmpty()) {
            if (trust.settings().required()) {
                throw new CertificateException("the session was made without a certificate");
            }
            return null;
        }
        if (resumed) {
            trust.check(shown);
        }
        Forward forward = trust.settings().forward();
        String subject = shown.get(0).getSubjectX500Principal().getName();
        Map<String, String> told = ClientFacts.of(trust.settings().headers(), shown.get(0));
        Set<String> names = names(shown.get(0));
        if (forward == Forward.OFF) {
            return new ClientIdentity(null, null, subject, names, told);
        }
        List<String> items = new ArrayList<>();
        for (X509Certificate each : shown) {
            items.add(item(each));
        }
        boolean more = forward == Forward.CHAIN && items.size() > 1;
        String chain = more ? items.stream().skip(1).collect(Collectors.joining(", ")) : null;
        return new ClientIdentity(items.get(0), chain, subject, names, told);
    }

    private static Set<String> names(X509Certificate shown) {
        ClientNames found = ClientNames.of(shown);
        Set<String> names = new LinkedHashSet<>(found.dns());
        names.addAll(found.others());
        // Or an authority could put somebody else's digest into a common name.
        names.removeIf(name -> name.startsWith("sha256:"));
        names.add("sha256:" + FileCertificates.fingerprint(shown));
        return Set.copyOf(names);
    }

    private static List<X509Certificate> shown(SSLEngine engine) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : engine.getSession().getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
            return chain;
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    /** A byte sequence of structured fields, RFC 9651 §3.3.5. */
    private static String item(X509Certificate certificate) throws CertificateEncodingException {
        return ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
    }
}

package io.portcullis.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * Who a client's certificate says it is.
 *
 * @param dns DNS names, canonical
 * @param others e-mail addresses, URIs and common names, as they are written
 */
record ClientNames(Set<String> dns, Set<String> others) {
    /** Types of alternative names, RFC 5280 §4.2.1.6. */
    private static final int EMAIL = 1;

    private static final int DNS = 2;
    private static final int URI = 6;

    static ClientNames of(X509Certificate certificate) {
        ClientNames names = new ClientNames(new LinkedHashSet<>(), new LinkedHashSet<>());
        try {
            Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
            for (List<?> entry : entries == null ? List.<List<?>>of() : entries) {
                int type = (Integer) entry.get(0);
                String value = String.valueOf(entry.get(1));
                if (type == DNS) {
                    names.dns.add(HostNames.canonical(value));
                } else if (type == EMAIL || type == URI) {
                    names.others.add(value);
                }
            }
        } catch (CertificateParsingException e) {
            // Names that cannot be read are none.
            return new ClientNames(Set.of(), Set.of());
        }
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        for (RDN commonName : subject.getRDNs(BCStyle.CN)) {
            names.others.add(IETFUtils.valueToString(commonName.getFirst().getValue()));
        }
        return names;
    }

    /** Whether one of {@code allowed} is among them; only DNS names know wildcards, and only in {@code allowed}. */
    boolean isAnyOf(List<String> allowed) {
        for (String one : allowed) {
            String host = HostNames.canonical(one);
            if (others.contains(one) || dns.stream().anyMatch(name -> HostNames.covers(host, name))) {
                return true;
            }
        }
        return false;
    }
}

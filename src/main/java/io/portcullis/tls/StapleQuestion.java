package io.portcullis.tls;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** What is asked of whom about one certificate: whether it is revoked (RFC 6960 §4.1, in the small form of RFC 5019 §2.1). */
final class StapleQuestion {
    /** {@code status_request} in the extension TLS feature, RFC 7633 §4: "must staple". */
    private static final int STATUS_REQUEST = 5;

    private static final ASN1ObjectIdentifier TLS_FEATURE = new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24");

    private final X509CertificateHolder leaf;
    private final X509CertificateHolder issuer;
    private final URI responder;

    private StapleQuestion(X509CertificateHolder leaf, X509CertificateHolder issuer, URI responder) {
        this.leaf = leaf;
        this.issuer = issuer;
        this.responder = responder;
    }

    /**
     * The question about {@code chain}'s leaf; null where it names no responder, which is normal.
     *
     * @param issuer who signed the leaf; null where that is not known
     */
    static @Nullable StapleQuestion about(X509Certificate certificate, @Nullable X509Certificate issuer)
            throws StapleRefused {
        X509CertificateHolder leaf = holder(certificate);
        List<String> responders = responders(leaf);
        if (responders.isEmpty()) {
            return null;
        }
        if (issuer == null) {
            throw new StapleRefused(StapleFault.NO_ISSUER, "");
        }
        for (String each : responders) {
            URI address = plainHttp(each);
            if (address != null) {
                return new StapleQuestion(leaf, holder(issuer), address);
            }
        }
        throw new StapleRefused(StapleFault.UNUSABLE_ADDRESS, "it names " + String.join(", ", responders));
    }

    /** Whether the certificate forbids handshakes without a staple (RFC 7633). */
    static boolean mustStaple(X509Certificate certificate) {
        Extension feature = holder(certificate).getExtension(TLS_FEATURE);
        if (feature == null) {
            return false;
        }
        try {
            for (Object each : ASN1Sequence.getInstance(feature.getParsedValue())) {
                if (ASN1Integer.getInstance(each).hasValue(STATUS_REQUEST)) {
                    return true;
                }
            }
            return false;
        } catch (IllegalArgumentException e) {
            // No such list: nothing is demanded that a client could read.
            return false;
        }
    }

    /** Whether the certificate names any responder at all. */
    static boolean namesResponder(X509Certificate certificate) {
        return !responders(holder(certificate)).isEmpty();
    }

    X509CertificateHolder leaf() {
        return leaf;
    }

    X509CertificateHolder issuer() {
        return issuer;
    }

    URI responder() {
        return responder;
    }

    /** The request, without a nonce: answers may then be made ahead and kept by caches. */
    byte[] request() {
        try {
            CertificateID about = new CertificateID(
                    // The one digest that every responder knows (RFC 5019 §2.1.1); it names the issuer, it protects
                    // nothing.
                    digests().get(CertificateID.HASH_SHA1), issuer, leaf.getSerialNumber());
            return new OCSPReqBuilder().addRequest(about).build().getEncoded();
        } catch (OCSPException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether {@code id}, from an answer, means our certificate. */
    boolean isMeantBy(CertificateID id) throws OCSPException {
        try {
            return id.getSerialNumber().equals(leaf.getSerialNumber()) && id.matchesIssuer(issuer, digests());
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DigestCalculatorProvider digests() throws OperatorCreationException {
        return new JcaDigestCalculatorProviderBuilder().build();
    }

    private static X509CertificateHolder holder(X509Certificate certificate) {
        try {
            return new JcaX509CertificateHolder(certificate);
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> responders(X509CertificateHolder leaf) {
        List<String> found = new ArrayList<>();
        Extension access = leaf.getExtension(Extension.authorityInfoAccess);
        if (access == null) {
            return found;
        }
        try {
            for (AccessDescription each : AuthorityInformationAccess.getInstance(access.getParsedValue())
                    .getAccessDescriptions()) {
                GeneralName place = each.getAccessLocation();
                if (each.getAccessMethod().equals(X509ObjectIdentifiers.ocspAccessMethod)
                        && place.getTagNo() == GeneralName.uniformResourceIdentifier) {
                    found.add(place.getName().toString());
                }
            }
        } catch (IllegalArgumentException e) {
            // An extension that cannot be read names nobody.
            found.clear();
        }
        return found;
    }

    private static @Nullable URI plainHttp(String address) {
        try {
            URI uri = new URI(address);
            boolean usable = "http".equals(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))
                    && uri.getHost() != null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
            return usable ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}

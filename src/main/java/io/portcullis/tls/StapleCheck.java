package io.portcullis.tls;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/** Whether an OCSP answer is one that clients will take: RFC 6960 §3.2 and §4.2.2.2, RFC 5019 §2.2.4. */
final class StapleCheck {
    /** How far a responder's clock may be ahead of ours. */
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    private static final int TRY_LATER = 3;

    private StapleCheck() {}

    /** What {@code der} says of the certificate in question, where it says {@code good}. */
    static Staple of(byte[] der, StapleQuestion question, Instant now) throws StapleRefused {
        try {
            OCSPResp answer = new OCSPResp(OCSPResponse.getInstance(ASN1Primitive.fromByteArray(der)));
            if (answer.getStatus() != OCSPResp.SUCCESSFUL) {
                throw new StapleRefused(
                        answer.getStatus() == TRY_LATER ? StapleFault.TRY_LATER : StapleFault.REFUSED,
                        "status " + answer.getStatus());
            }
            if (!(answer.getResponseObject() instanceof BasicOCSPResp basic)) {
                throw new StapleRefused(StapleFault.MALFORMED, "it is no basic response");
            }
            SingleResp single = single(basic, question);
            checkSigner(basic, question, now);
            return judged(der, single, now);
        } catch (IOException | OCSPException | RuntimeException e) {
            // The parser reads lazily, and verifiers throw what they like: anything may come from any part of the
            // answer.
            throw new StapleRefused(StapleFault.MALFORMED, e.getClass().getSimpleName());
        }
    }

    private static SingleResp single(BasicOCSPResp basic, StapleQuestion question) throws StapleRefused, OCSPException {
        for (SingleResp each : basic.getResponses()) {
            if (question.isMeantBy(each.getCertID())) {
                return each;
            }
        }
        throw new StapleRefused(StapleFault.WRONG_CERTIFICATE, "");
    }

    private static void checkSigner(BasicOCSPResp basic, StapleQuestion question, Instant now)
            throws StapleRefused, OCSPException {
        X509CertificateHolder issuer = question.issuer();
        if (isSignedBy(basic, issuer)) {
            return;
        }
        for (X509CertificateHolder delegate : basic.getCerts()) {
            if (isNamedBy(issuer, delegate, now) && isSignedBy(basic, delegate)) {
                return;
            }
        }
        throw new StapleRefused(StapleFault.WRONG_SIGNER, "");
    }

    private static boolean isSignedBy(BasicOCSPResp basic, X509CertificateHolder signer) {
        try {
            return basic.isSignatureValid(verifier(signer));
        } catch (OCSPException e) {
            // The key is of another kind than the signature.
            return false;
        }
    }

    /** A delegated responder: signed by the issuer itself, in date, and for this purpose alone (RFC 6960 §4.2.2.2). */
    private static boolean isNamedBy(X509CertificateHolder issuer, X509CertificateHolder delegate, Instant now) {
        ExtendedKeyUsage usage = ExtendedKeyUsage.fromExtensions(delegate.getExtensions());
        try {
            return usage != null
                    && usage.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
                    && delegate.getIssuer().equals(issuer.getSubject())
                    && delegate.isValidOn(Date.from(now))
                    && delegate.isSignatureValid(verifier(issuer));
        } catch (CertException e) {
            return false;
        }
    }

    private static ContentVerifierProvider verifier(X509CertificateHolder signer) {
        try {
            return new JcaContentVerifierProviderBuilder().build(signer.getSubjectPublicKeyInfo());
        } catch (OperatorCreationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Staple judged(byte[] der, SingleResp single, Instant now) throws StapleRefused {
        Instant from = single.getThisUpdate().toInstant();
        Date next = single.getNextUpdate();
        if (from.isAfter(now.plus(CLOCKS))) {
            throw new StapleRefused(StapleFault.NOT_YET_VALID, "it begins " + from);
        }
        if (next == null) {
            throw new StapleRefused(StapleFault.NO_NEXT_UPDATE, "");
        }
        Staple staple = new Staple(der, from, next.toInstant());
        if (!staple.isFresh(now)) {
            throw new StapleRefused(StapleFault.STALE, "it ended " + staple.nextUpdate());
        }
        // Good is what has no status.
        CertificateStatus status = single.getCertStatus();
        if (status != null) {
            boolean revoked = status instanceof RevokedStatus;
            throw new StapleRefused(
                    revoked ? StapleFault.REVOKED : StapleFault.UNKNOWN,
                    status instanceof RevokedStatus since
                            ? "since " + since.getRevocationTime().toInstant()
                            : "");
        }
        return staple;
    }
}

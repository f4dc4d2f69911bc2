package io.portcullis.testkit;

import java.io.IOException;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * An OCSP answer of an authority about one certificate: good, of an hour ago, for a week, until told otherwise.
 *
 * @param from when it was made, from now
 * @param until how long it holds, from now; null does not say
 * @param signer the certificate that is sent along; null where the authority itself signs
 */
public record OcspAnswer(
        TestCertificates authority,
        @Nullable CertificateStatus status,
        Duration from,
        @Nullable Duration until,
        PrivateKey key,
        @Nullable X509Certificate signer) {

    public static OcspAnswer of(TestCertificates authority) {
        return new OcspAnswer(
                authority,
                CertificateStatus.GOOD,
                Duration.ofHours(-1),
                Duration.ofDays(7),
                authority.keys.getPrivate(),
                null);
    }

    public OcspAnswer revoked() {
        Date since = Date.from(Instant.now().minus(Duration.ofHours(2)));
        return new OcspAnswer(authority, new RevokedStatus(since, CRLReason.keyCompromise), from, until, key, signer);
    }

    public OcspAnswer unknown() {
        return new OcspAnswer(authority, new UnknownStatus(), from, until, key, signer);
    }

    public OcspAnswer valid(Duration since, @Nullable Duration end) {
        return new OcspAnswer(authority, status, since, end, key, signer);
    }

    /** Signed by another than the authority, whose certificate is sent along. */
    public OcspAnswer signedBy(TestLeaf other) {
        return new OcspAnswer(authority, status, from, until, other.key(), other.certificate());
    }

    /** The DER of it for {@code about}. */
    public byte[] of(X509Certificate about) {
        return of(about.getSerialNumber());
    }

    /** The DER of it for the certificate with this number. */
    public byte[] of(BigInteger serial) {
        try {
            DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
            X509CertificateHolder issuer = new JcaX509CertificateHolder(authority.certificate());
            X509Certificate by = signer == null ? authority.certificate() : signer;
            BasicOCSPRespBuilder basic = new BasicOCSPRespBuilder(
                    SubjectPublicKeyInfo.getInstance(by.getPublicKey().getEncoded()),
                    digests.get(CertificateID.HASH_SHA1));
            Instant now = Instant.now();
            basic.addResponse(
                    new CertificateID(digests.get(CertificateID.HASH_SHA1), issuer, serial),
                    status,
                    Date.from(now.plus(from)),
                    until == null ? null : Date.from(now.plus(until)));
            X509CertificateHolder[] sent =
                    signer == null ? null : new X509CertificateHolder[] {new JcaX509CertificateHolder(signer)};
            String algorithm = "SHA256with" + (key.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA");
            return new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            basic.build(new JcaContentSignerBuilder(algorithm).build(key), sent, Date.from(now)))
                    .getEncoded();
        } catch (OCSPException | OperatorCreationException | CertificateEncodingException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An answer that is an error: 3 is {@code tryLater}, 6 {@code unauthorized}. */
    public static byte[] error(int status) {
        try {
            return new OCSPRespBuilder().build(status, null).getEncoded();
        } catch (OCSPException | IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

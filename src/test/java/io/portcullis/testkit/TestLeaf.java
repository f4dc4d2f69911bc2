package io.portcullis.testkit;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.X509ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/**
 * A leaf certificate on disk.
 *
 * @param chainFile PEM: the leaf, then the intermediates
 * @param keyFile PEM: the leaf's private key
 * @param chain what {@code chainFile} holds
 */
public record TestLeaf(Path chainFile, Path keyFile, List<X509Certificate> chain, PrivateKey key) {

    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** A JDK context that serves it. */
    public SSLContext server() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setKeyEntry("leaf", key, new char[0], chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How a private key is written. */
    public enum KeyForm {
        PKCS8,
        ENCRYPTED_PKCS8,
        /** PKCS#1 for RSA, SEC 1 for EC. */
        TRADITIONAL
    }

    /** A leaf that is not made yet; {@link #write} makes it. */
    public static final class Order {
        private final TestCertificates issuer;
        private final List<String> names;
        private @Nullable KeyPair keys;
        private Duration notBefore = Duration.ofDays(-1);
        private Duration notAfter = Duration.ofDays(30);
        private String digest = "SHA256";
        private KeyForm keyForm = KeyForm.PKCS8;
        private KeyPurposeId purpose = KeyPurposeId.id_kp_serverAuth;
        private final List<Extension> more = new ArrayList<>();

        Order(TestCertificates issuer, List<String> names) {
            this.issuer = issuer;
            this.names = names;
        }

        public Order rsa(int bits) {
            keys = generate("RSA", generator -> generator.initialize(bits));
            return this;
        }

        public Order ec(String curve) {
            keys = ecKeys(curve);
            return this;
        }

        public Order ed25519() {
            keys = generate("Ed25519", generator -> {});
            return this;
        }

        /** For clients, not for servers. */
        public Order client() {
            purpose = KeyPurposeId.id_kp_clientAuth;
            return this;
        }

        /** For signing OCSP answers in the name of the issuer. */
        public Order ocspSigner() {
            purpose = KeyPurposeId.id_kp_OCSPSigning;
            return this;
        }

        /** Names an OCSP responder. */
        public Order responder(String address) {
            return with(
                    Extension.authorityInfoAccess,
                    new AuthorityInformationAccess(
                            X509ObjectIdentifiers.ocspAccessMethod,
                            new GeneralName(GeneralName.uniformResourceIdentifier, address)));
        }

        /** Says where the issuer's certificate is, RFC 5280 §4.2.2.1. */
        public Order issuerAt(String address) {
            return with(
                    Extension.authorityInfoAccess,
                    new AuthorityInformationAccess(
                            X509ObjectIdentifiers.id_ad_caIssuers,
                            new GeneralName(GeneralName.uniformResourceIdentifier, address)));
        }

        /** Demands a staple, RFC 7633. */
        public Order mustStaple() {
            return with(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24"), new DERSequence(new ASN1Integer(5)));
        }

        private Order with(ASN1ObjectIdentifier id, ASN1Object value) {
            try {
                more.add(new Extension(id, false, value.getEncoded()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return this;
        }

        public Order keys(KeyPair own) {
            keys = own;
            return this;
        }

        /** Both from now; negative is in the past. */
        public Order valid(Duration from, Duration until) {
            notBefore = from;
            notAfter = until;
            return this;
        }

        public Order expired() {
            return valid(Duration.ofDays(-10), Duration.ofDays(-1));
        }

        public Order notYetValid() {
            return valid(Duration.ofDays(1), Duration.ofDays(10));
        }

        /** The digest of the signature: {@code SHA256}, {@code SHA1} … */
        public Order digest(String name) {
            digest = name;
            return this;
        }

        public Order keyForm(KeyForm form) {
            keyForm = form;
            return this;
        }

        /** Makes the leaf and writes {@code file.pem} and {@code file.key}. */
        public TestLeaf write(String file) {
            KeyPair pair = keys != null ? keys : ecKeys("secp256r1");
            String commonName = names.isEmpty() ? "no name" : names.get(0);
            X509Certificate leaf = new TestSigning(commonName, pair.getPublic(), notBefore, notAfter)
                    .leaf(names, issuer, digest, purpose, more);
            List<X509Certificate> chain = new ArrayList<>(List.of(leaf));
            chain.addAll(issuer.path.subList(0, issuer.path.size() - 1));
            Path chainFile = issuer.dir.resolve(file + ".pem");
            Path keyFile = issuer.dir.resolve(file + ".key");
            TestCertificates.writeText(chainFile, pem(chain));
            TestCertificates.writeText(keyFile, pem(List.of(keyObject(pair.getPrivate(), keyForm))));
            TestCertificates.ownerOnly(keyFile);
            return new TestLeaf(chainFile, keyFile, List.copyOf(chain), pair.getPrivate());
        }
    }

    /** PEM of certificates or keys, one after the other. */
    public static String pem(List<?> objects) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(object);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    static KeyPair ecKeys(String curve) {
        return generate("EC", generator -> generator.initialize(new ECGenParameterSpec(curve)));
    }

    private static Object keyObject(PrivateKey key, KeyForm form) {
        try {
            return switch (form) {
                case PKCS8 -> new JcaPKCS8Generator(key, null);
                case TRADITIONAL -> key.getAlgorithm().equals("EC") ? sec1(key) : key;
                case ENCRYPTED_PKCS8 ->
                    new JcaPKCS8Generator(
                            key,
                            new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                                    .setProvider(new BouncyCastleProvider())
                                    .setPassword("secret".toCharArray())
                                    .build());
            };
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As openssl writes it, with the curve inside; JcaPEMWriter leaves the curve out. */
    private static PemObject sec1(PrivateKey key) throws IOException {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(key.getEncoded());
        ECPrivateKey bare = ECPrivateKey.getInstance(info.parsePrivateKey());
        int bits = ((ECKey) key).getParams().getOrder().bitLength();
        ECPrivateKey whole = new ECPrivateKey(
                bits, bare.getKey(), info.getPrivateKeyAlgorithm().getParameters());
        return new PemObject("EC PRIVATE KEY", whole.getEncoded());
    }

    private static KeyPair generate(String algorithm, Initialisation initialisation) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            initialisation.on(generator);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Initialisation {
        void on(KeyPairGenerator generator) throws GeneralSecurityException;
    }
}

package io.portcullis.doctor;

import io.portcullis.tls.ServedChain;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whether a chain leads to somebody whom clients trust, and where the missing piece is. */
final class TrustCheck {
    /** Authorities nest no deeper. */
    private static final int MOST_STEPS = 4;

    private final Patient patient;
    private final IssuerSource source;

    TrustCheck(Patient patient) {
        this.patient = patient;
        this.source = new IssuerSource(patient);
    }

    /** @param judged whether something else is wrong already that a whole check of the chain would only repeat */
    List<Finding> check(ServedChain chain, boolean judged) {
        List<Finding> found = new ArrayList<>();
        order(chain, found);
        X509Certificate last = chain.path().getLast();
        if (patient.roots().lead(last)) {
            if (!judged) {
                whole(chain, found);
            }
        } else if (ServedChain.isSelfSigned(last)) {
            selfSigned(chain, last, found);
        } else {
            openEnd(chain, last, found);
        }
        return found;
    }

    private void order(ServedChain chain, List<Finding> found) {
        List<X509Certificate> strays = chain.strays();
        if (!strays.isEmpty()) {
            found.add(Ailment.CHAIN_DISORDER.at(
                    patient.where(),
                    "the chain has certificates that do not belong to it",
                    "sent without use: " + names(strays),
                    "leave in the chain file only: " + names(chain.path())));
        } else if (!chain.isInOrder()) {
            found.add(Ailment.CHAIN_DISORDER.at(
                    patient.where(),
                    "the certificates of the chain are out of order, and some clients refuse that",
                    "in order they are: " + names(chain.path()),
                    "write them into the chain file in this order"));
        }
    }

    private void selfSigned(ServedChain chain, X509Certificate last, List<Finding> found) {
        if (chain.path().size() == 1) {
            found.add(
                    Ailment.SELF_SIGNED.at(
                            patient.where(),
                            "the certificate is self-signed: no client trusts it unless told to",
                            CertificateCheck.subject(last) + " signed itself",
                            "have one issued by an authority (free: Let's Encrypt, for example by certbot); for a test, give clients this certificate (here: --ca FILE)"));
            return;
        }
        found.add(
                untrusted(last, "the root " + CertificateCheck.subject(last) + " was sent, and is no root known here"));
    }

    private void openEnd(ServedChain chain, X509Certificate last, List<Finding> found) {
        List<String> sources = ServedChain.issuerSources(last);
        String issuer = last.getIssuerX500Principal().getName();
        String ends = "the server sent " + chain.path().size()
                + (chain.path().size() == 1 ? " certificate" : " certificates") + "; the last, "
                + CertificateCheck.subject(last) + ", was issued by " + issuer + ", which is no root known here";
        if (sources.isEmpty()) {
            found.add(untrusted(last, ends));
            return;
        }
        List<X509Certificate> missing = climb(last);
        if (missing == null) {
            found.add(Ailment.CHAIN_INCOMPLETE.at(
                    patient.where(),
                    "the chain is incomplete: the certificate of " + issuer + " is missing",
                    ends + "; it is said to be at " + String.join(" ", sources) + ", which did not give it ("
                            + source.why() + ")",
                    source.isRefused()
                            ? "serve the full chain (often called fullchain.pem), as the authority gave it to you"
                            : append(sources.getFirst())));
        } else if (missing.isEmpty()) {
            found.add(untrusted(last, ends));
        } else {
            found.add(Ailment.CHAIN_INCOMPLETE.at(
                    patient.where(),
                    "the chain is incomplete: " + names(missing) + (missing.size() == 1 ? " is" : " are") + " missing",
                    ends + "; fetched from " + String.join(" ", sources) + ": it fits",
                    append(sources.getFirst())));
            if (!patient.roots().lead(missing.getLast())) {
                found.add(untrusted(
                        missing.getLast(), "even with it the chain ends at an authority that is not known here"));
            }
        }
    }

    private static String append(String source) {
        return "serve the full chain (often called fullchain.pem), or append the missing one: curl -s '" + source
                + "' | openssl x509 -inform der >> chain.pem";
    }

    private Finding untrusted(X509Certificate last, String proof) {
        return Ailment.ISSUER_UNKNOWN.at(
                patient.where(),
                "the chain leads to nobody whom clients trust",
                proof,
                "serve the full chain of a public authority; for an authority of your own, clients need the root that issued "
                        + CertificateCheck.subject(last) + " (here: --ca FILE)");
    }

    /** What is missing up to a root; empty where only the root itself is; null where nothing fitting was given. */
    private @Nullable List<X509Certificate> climb(X509Certificate last) {
        List<X509Certificate> missing = new ArrayList<>();
        X509Certificate end = last;
        for (int step = 0; step < MOST_STEPS && !patient.roots().lead(end); step++) {
            X509Certificate issuer = source.of(end);
            if (issuer == null) {
                return missing.isEmpty() ? null : missing;
            }
            if (ServedChain.isSelfSigned(issuer)) {
                return missing;
            }
            missing.add(issuer);
            end = issuer;
        }
        return missing;
    }

    /** What only a whole validation finds: purposes, name constraints, path lengths (RFC 5280 §6). */
    private void whole(ServedChain chain, List<Finding> found) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (X509Certificate root : patient.roots().all()) {
                store.setCertificateEntry("root" + number++, root);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509TrustManager trust) {
                    trust.checkServerTrusted(chain.path().toArray(X509Certificate[]::new), "UNKNOWN");
                }
            }
        } catch (CertificateException e) {
            found.add(
                    Ailment.CERTIFICATE_UNFIT.at(
                            patient.where(),
                            "clients refuse the certificate: it is not one for servers, or its authority may not issue it",
                            names(chain.path()) + ": " + e.getMessage(),
                            "have it issued again for server authentication (extended key usage serverAuth), by an authority that may issue for this name"));
        } catch (IOException | GeneralSecurityException e) {
            // The runtime cannot judge; all other checks still hold.
            return;
        }
    }

    private static String names(List<X509Certificate> certificates) {
        return certificates.stream().map(CertificateCheck::subject).collect(Collectors.joining(", then "));
    }
}

package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.TlsConfig.ClientCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the authorities and revocation lists for client certificates; what cannot be read closes the door (rule S03). Blocks. */
final class ClientAuthorities {
    private final Clock clock;

    ClientAuthorities(Clock clock) {
        this.clock = clock;
    }

    /** Null after an error. */
    @Nullable
    ClientTrust read(ClientCertificates wanted, String keyPath, Consumer<Problem> problems) {
        Complaints complaints = new Complaints(wanted.where(), keyPath, problems);
        List<X509Certificate> authorities = new PemFiles(complaints).certificates("ca", wanted.ca());
        List<X509CRL> lists = new ArrayList<>();
        for (Path file : wanted.crls()) {
            lists.addAll(lists(file, complaints));
        }
        if (authorities == null || complaints.isRefused()) {
            return null;
        }
        Instant now = clock.instant();
        for (X509Certificate authority : authorities) {
            String name = "\"" + authority.getSubjectX500Principal().getName() + "\" in " + wanted.ca();
            if (authority.getBasicConstraints() < 0) {
                complaints.error("ca", name + " is no authority's certificate", "name the one that issued it");
            } else if (authority.getNotAfter().toInstant().isBefore(now)) {
                complaints.warning(4, "ca", name + " has expired: it vouches for nobody", "replace it");
            }
        }
        for (X509CRL list : lists) {
            if (list.getNextUpdate() != null && list.getNextUpdate().toInstant().isBefore(now)) {
                complaints.warning(
                        5,
                        "crl",
                        "the revocation list of \""
                                + list.getIssuerX500Principal().getName() + "\" was due to be"
                                + " replaced on " + list.getNextUpdate().toInstant()
                                + ": all whom this authority vouches for are refused",
                        "fetch the new one");
            }
        }
        return complaints.isRefused() ? null : new ClientTrust(wanted, authorities, lists);
    }

    private static List<X509CRL> lists(Path file, Complaints complaints) {
        List<X509CRL> lists = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (CRL list : CertificateFactory.getInstance("X.509").generateCRLs(in)) {
                lists.add((X509CRL) list);
            }
        } catch (IOException | GeneralSecurityException e) {
            lists.clear();
        }
        if (lists.isEmpty()) {
            complaints.error(
                    "crl",
                    file + " holds no revocation list that can be read",
                    "it must begin with -----BEGIN X509 CRL-----, or be DER");
        }
        return lists;
    }
}

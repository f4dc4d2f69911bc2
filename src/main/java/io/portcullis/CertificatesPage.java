package io.portcullis;

import io.portcullis.admin.Json;
import io.portcullis.config.Problem;
import io.portcullis.tls.CertificateFacts;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.Credential;
import io.portcullis.tls.HotCertificates;
import io.portcullis.tls.Staple;
import io.portcullis.tls.Stapling;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /certificates}: what is served, what lies on disk, and why the two differ. Reads the files: blocks. */
final class CertificatesPage {
    private CertificatesPage() {}

    /** One JSON object. */
    static String json(Map<String, CertificateIndex> served, HotCertificates files, Stapling stapling) {
        List<Json> all = new ArrayList<>();
        served.forEach((block, index) -> index.credentials()
                .forEach(credential -> all.add(certificate(block, credential, files)
                        .put("ocsp", ocsp(index.ocsp().stapling(), stapling.told(credential))))));
        return new Json().list("certificates", all) + "\n";
    }

    private static Json certificate(String block, Credential memory, HotCertificates files) {
        HotCertificates.OnDisk disk = files.look(memory);
        Credential found = disk.credential();
        String state = found == null ? "bad" : disk.isSame(memory) ? "same" : "changed";
        return new Json()
                .put("block", block)
                .put("chain", memory.source().chain().toString())
                .put("key", memory.source().keyPlace())
                .put("default", memory.source().isDefault())
                .put("memory", facts(memory))
                .put(
                        "disk",
                        new Json()
                                .put("state", state)
                                .put("certificate", found == null ? null : facts(found))
                                .texts(
                                        "problems",
                                        disk.problems().stream()
                                                .map(Problem::message)
                                                .toList()))
                .put("lastRefusal", refusal(files.lastRefusal(memory)));
    }

    private static Json facts(Credential credential) {
        CertificateFacts facts = CertificateFacts.of(credential);
        return new Json()
                .texts("names", facts.names())
                .put("kind", facts.kind())
                .put("sha256", facts.fingerprint())
                .put("issuer", facts.issuer())
                .put("notBefore", credential.notBefore())
                .put("notAfter", facts.notAfter())
                .put("chainLength", facts.chainLength())
                .list(
                        "links",
                        credential.chain().stream().map(CertificatesPage::link).toList());
    }

    /** One certificate of the chain file, by its own dates. */
    private static Json link(X509Certificate certificate) {
        return new Json()
                .put("subject", certificate.getSubjectX500Principal().getName())
                .put("issuer", certificate.getIssuerX500Principal().getName())
                .put("notBefore", certificate.getNotBefore().toInstant())
                .put("notAfter", certificate.getNotAfter().toInstant());
    }

    private static Json ocsp(boolean on, Stapling.Told told) {
        Staple staple = told.staple();
        Json served = staple == null
                ? null
                : new Json().put("thisUpdate", staple.thisUpdate()).put("nextUpdate", staple.nextUpdate());
        Json failure = told.lastReason() == null
                ? null
                : new Json().put("reason", told.lastReason()).put("why", told.lastFailure());
        return new Json()
                .put("stapling", on)
                .put("responder", told.responder())
                .put("mustStaple", told.mustStaple())
                .put("staple", served)
                .put("nextQuestion", told.next())
                .put("lastFailure", failure);
    }

    private static @Nullable Json refusal(HotCertificates.@Nullable Refusal refusal) {
        return refusal == null ? null : new Json().put("at", refusal.at()).texts("why", refusal.why());
    }
}

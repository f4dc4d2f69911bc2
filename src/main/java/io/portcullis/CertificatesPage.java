package io.portcullis;

import io.portcullis.config.Problem;
import io.portcullis.tls.CertificateFacts;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.Credential;
import io.portcullis.tls.HotCertificates;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code GET /certificates}: what is served, what lies on disk, and why the two differ. Reads the files: blocks. */
final class CertificatesPage {
    private CertificatesPage() {}

    /** One JSON object. */
    static String json(Map<String, CertificateIndex> served, HotCertificates files) {
        List<String> all = new ArrayList<>();
        served.forEach((block, index) ->
                index.credentials().forEach(credential -> all.add(certificate(block, credential, files))));
        return "{\"certificates\":[" + String.join(",", all) + "]}\n";
    }

    private static String certificate(String block, Credential memory, HotCertificates files) {
        HotCertificates.OnDisk disk = files.look(memory);
        Credential found = disk.credential();
        String state = found == null ? "bad" : disk.isSame(memory) ? "same" : "changed";
        return "{\"block\":" + Report.quoted(block) + ",\"chain\":"
                + Report.quoted(memory.source().chain().toString()) + ",\"key\":"
                + Report.quoted(memory.source().key().toString()) + ",\"default\":"
                + memory.source().isDefault() + ",\"memory\":" + facts(memory) + ",\"disk\":{\"state\":\"" + state
                + "\",\"certificate\":" + (found == null ? "null" : facts(found)) + ",\"problems\":"
                + list(disk.problems().stream().map(Problem::message).toList()) + "},\"lastRefusal\":"
                + refusal(files.lastRefusal(memory)) + "}";
    }

    private static String facts(Credential credential) {
        CertificateFacts facts = CertificateFacts.of(credential);
        return "{\"names\":" + list(facts.names()) + ",\"kind\":" + Report.quoted(facts.kind()) + ",\"sha256\":"
                + Report.quoted(facts.fingerprint()) + ",\"issuer\":" + Report.quoted(facts.issuer())
                + ",\"notBefore\":\"" + credential.notBefore() + "\",\"notAfter\":\"" + facts.notAfter()
                + "\",\"chainLength\":" + facts.chainLength() + ",\"links\":"
                + credential.chain().stream().map(CertificatesPage::link).collect(Collectors.joining(",", "[", "]"))
                + "}";
    }

    /** One certificate of the chain file, by its own dates. */
    private static String link(X509Certificate certificate) {
        return "{\"subject\":" + Report.quoted(certificate.getSubjectX500Principal().getName()) + ",\"issuer\":"
                + Report.quoted(certificate.getIssuerX500Principal().getName()) + ",\"notBefore\":\""
                + certificate.getNotBefore().toInstant() + "\",\"notAfter\":\""
                + certificate.getNotAfter().toInstant() + "\"}";
    }

    private static String refusal(HotCertificates.@Nullable Refusal refusal) {
        return refusal == null ? "null" : "{\"at\":\"" + refusal.at() + "\",\"why\":" + list(refusal.why()) + "}";
    }

    private static String list(Collection<String> texts) {
        return texts.stream().map(Report::quoted).collect(Collectors.joining(",", "[", "]"));
    }
}

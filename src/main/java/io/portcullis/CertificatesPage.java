package io.portcullis;

import io.portcullis.config.Problem;
import io.portcullis.tls.CertificateFacts;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.Credential;
import io.portcullis.tls.HotCertificates;
import io.portcullis.tls.Staple;
import io.portcullis.tls.Stapling;
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
    static String json(Map<String, CertificateIndex> served, HotCertificates files, Stapling stapling) {
        List<String> all = new ArrayList<>();
        served.forEach((block, index) -> index.credentials()
                .forEach(credential -> all.add(certificate(block, index, credential, files, stapling))));
        return "{\"certificates\":[" + String.join(",", all) + "]}\n";
    }

    private static String certificate(
            String block, CertificateIndex index, Credential memory, HotCertificates files, Stapling stapling) {
        HotCertificates.OnDisk disk = files.look(memory);
        Credential found = disk.credential();
        String state = found == null ? "bad" : disk.isSame(memory) ? "same" : "changed";
        return "{\"block\":" + Report.quoted(block) + ",\"chain\":"
                + Report.quoted(memory.source().chain().toString()) + ",\"key\":"
                + Report.quoted(memory.source().keyPlace()) + ",\"default\":"
                + memory.source().isDefault() + ",\"memory\":" + facts(memory) + ",\"disk\":{\"state\":\"" + state
                + "\",\"certificate\":" + (found == null ? "null" : facts(found)) + ",\"problems\":"
                + list(disk.problems().stream().map(Problem::message).toList()) + "},\"lastRefusal\":"
                + refusal(files.lastRefusal(memory)) + ",\"ocsp\":"
                + ocsp(index.ocsp().stapling(), stapling.told(memory)) + "}";
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
        return "{\"subject\":"
                + Report.quoted(certificate.getSubjectX500Principal().getName()) + ",\"issuer\":"
                + Report.quoted(certificate.getIssuerX500Principal().getName()) + ",\"notBefore\":\""
                + certificate.getNotBefore().toInstant() + "\",\"notAfter\":\""
                + certificate.getNotAfter().toInstant() + "\"}";
    }

    private static String ocsp(boolean on, Stapling.Told told) {
        Staple staple = told.staple();
        String served = staple == null
                ? "null"
                : "{\"thisUpdate\":\"" + staple.thisUpdate() + "\",\"nextUpdate\":\"" + staple.nextUpdate() + "\"}";
        String failure = told.lastReason() == null
                ? "null"
                : "{\"reason\":" + quoted(told.lastReason()) + ",\"why\":" + quoted(told.lastFailure()) + "}";
        return "{\"stapling\":" + on + ",\"responder\":" + quoted(told.responder()) + ",\"mustStaple\":"
                + told.mustStaple() + ",\"staple\":" + served + ",\"nextQuestion\":"
                + (told.next() == null ? "null" : "\"" + told.next() + "\"") + ",\"lastFailure\":" + failure + "}";
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "null" : Report.quoted(text);
    }

    private static String refusal(HotCertificates.@Nullable Refusal refusal) {
        return refusal == null ? "null" : "{\"at\":\"" + refusal.at() + "\",\"why\":" + list(refusal.why()) + "}";
    }

    private static String list(Collection<String> texts) {
        return texts.stream().map(Report::quoted).collect(Collectors.joining(",", "[", "]"));
    }
}

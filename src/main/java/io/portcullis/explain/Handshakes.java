package io.portcullis.explain;

import io.portcullis.config.TlsConfig;
import io.portcullis.net.TlsFacts;
import io.portcullis.tls.CertificateFacts;
import io.portcullis.tls.CertificateIndex;
import io.portcullis.tls.Credential;
import io.portcullis.tls.TlsTarget;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a handshake would agree on, as far as we decide it. */
final class Handshakes {
    private Handshakes() {}

    static void tell(Facts facts, Question question, TlsConfig block, CertificateIndex index, TlsTarget target) {
        String name = question.serverName();
        facts.put("server-name", name == null ? "none: clients send no address as a name (RFC 6066 §3)" : name);
        List<String> certificates = new ArrayList<>();
        for (Credential credential : target.credentials()) {
            CertificateFacts one = CertificateFacts.of(credential);
            certificates.add(one.file() + " (" + String.join(" ", one.names()) + "), " + one.kind() + ", until "
                    + one.notAfter() + ", by " + one.issuer());
        }
        certificates.add("taken because " + index.why(name)
                + (target.credentials().size() > 1 ? "; the client's signature algorithms pick among them" : ""));
        facts.put("certificate", certificates);
        TlsConfig.Terms terms = target.terms();
        TlsConfig.Policy policy = terms.policy();
        facts.put(
                "policy",
                "tls." + block.name() + " (" + block.where() + "): " + policy.name() + ", TLS " + policy.min()
                        + (policy.min().equals(policy.max()) ? "" : " to " + policy.max()) + ", groups "
                        + String.join(" ", policy.groups()) + ", ALPN " + String.join(" ", terms.alpn()));
        TlsConfig.ClientCertificates clients = terms.clients();
        if (clients != null) {
            facts.put(
                    "client-certificate",
                    (clients.required() ? "required" : "asked for") + ", issued by one of " + clients.ca()
                            + (clients.required() ? "; without it the handshake fails, what follows is with it" : ""));
        }
    }

    /** The facts of a connection that was made so. */
    static TlsFacts agreed(Question question, CertificateIndex index, TlsTarget target, @Nullable String hsts) {
        return new TlsFacts(
                "TLSv" + target.terms().policy().max(),
                "",
                null,
                false,
                question.serverName(),
                null,
                host -> index.serves(target, host),
                0,
                () -> hsts,
                target.told(null),
                null,
                agent -> {});
    }
}

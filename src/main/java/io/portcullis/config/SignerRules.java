package io.portcullis.config;

import io.portcullis.config.TlsConfig.Certificate;
import io.portcullis.config.TlsConfig.Signer;
import java.util.List;

/** What shows only in the whole of keys that are held elsewhere, and of those that are held here for others. */
final class SignerRules {
    private final PortcullisConfig config;
    private final Reading reading;

    SignerRules(PortcullisConfig config, Reading reading) {
        this.config = config;
        this.reading = reading;
    }

    void check() {
        for (TlsConfig block : config.tls().values()) {
            for (Certificate certificate : block.certificates()) {
                Signer signer = certificate.signer();
                if (signer != null) {
                    asked(block, certificate, signer);
                }
            }
        }
        for (ListenerConfig listener : config.listeners()) {
            if (listener.signing() != null) {
                signs(listener);
            }
        }
    }

    private void asked(TlsConfig block, Certificate certificate, Signer signer) {
        String key = "tls." + block.name() + ".certificates.signer";
        UpstreamConfig upstream = config.upstreams().get(signer.upstream());
        if (upstream == null) {
            reading.add(ConfigRules.unknownName(
                    "upstream", signer.upstream(), config.upstreams().keySet(), key, certificate.where()));
            return;
        }
        UpstreamTls tls = upstream.tls();
        if (tls == null || tls.identity() == null) {
            reading.add(Problem.error(
                    upstream.where(),
                    "upstreams." + upstream.name() + ".tls",
                    "a signer is asked by TLS with a certificate of our own, or anybody could ask it",
                    "write tls { ca = \"signer-ca.pem\", chain = \"edge.pem\", key = \"edge.key\" }"));
        }
    }

    private void signs(ListenerConfig listener) {
        String key = "listeners." + listener.name() + ".signing";
        TlsConfig tls = listener.tls() == null ? null : config.tls().get(listener.tls());
        boolean mutual = tls != null
                && tls.allTerms().stream()
                        .allMatch(terms ->
                                terms.clients() != null && terms.clients().required());
        if (!mutual) {
            reading.add(Problem.error(
                    listener.where(),
                    key,
                    "whoever asks for signatures must show a certificate",
                    "give the listener a tls block with client-certificates { ca = \"edges.pem\" }, for every host"));
        }
        List<ListenerConfig> others = config.listeners().stream()
                .filter(each -> each.signing() == null)
                .toList();
        if (!others.isEmpty()) {
            reading.add(Problem.error(
                    others.getFirst().where(),
                    "listeners." + others.getFirst().name(),
                    "a process that signs for others serves nobody else: what faces clients must not hold the keys",
                    "give " + key + " a configuration of its own, for: portcullis signer"));
        }
    }
}

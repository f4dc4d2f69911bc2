package io.portcullis.config;

import io.portcullis.config.TlsConfig.Certificate;
import io.portcullis.config.TlsConfig.Signer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What shows only in the whole of keys that are held elsewhere, and of those that are held here for others. */
final class SignerRules {
    private final PortcullisConfig config;
    private final Reading reading;

    SignerRules(PortcullisConfig config, Reading reading) {
        this.config = config;
        this.reading = reading;
    }

    void check() {
        Set<String> signers = new HashSet<>();
        for (TlsConfig block : config.tls().values()) {
            for (Certificate certificate : block.certificates()) {
                Signer signer = certificate.signer();
                if (signer != null) {
                    asked(block, certificate, signer);
                    signers.add(signer.upstream());
                }
            }
        }
        config.routes().forEach(route -> reached(route, signers));
        for (ListenerConfig listener : config.listeners()) {
            if (listener.signing() != null) {
                signs(listener);
            }
        }
    }

    /** What a route sends there would come with our certificate, and be signed like a handshake of ours. */
    private void reached(RouteConfig route, Set<String> signers) {
        List<String> upstreams = new ArrayList<>(route.upstreams());
        MirrorConfig mirror = route.shaping().mirror();
        if (mirror != null) {
            upstreams.add(mirror.upstream());
        }
        for (String each : upstreams) {
            if (signers.contains(each)) {
                reading.add(Problem.error(
                        route.where(),
                        "routes[" + route.index() + "]",
                        each
                                + " signs for us: whom the route lets through could have anything signed that a handshake has",
                        "send the route to another upstream; a signer is reached by certificates.signer alone"));
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

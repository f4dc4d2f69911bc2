package io.portcullis;

import io.portcullis.config.HstsConfig;
import io.portcullis.config.PortcullisConfig;
import io.portcullis.config.TlsConfig;
import io.portcullis.tls.HstsRamp;
import io.portcullis.tls.HstsRamps;
import java.util.ArrayList;
import java.util.List;

/** What {@code check} prints of TLS: what is offered, and what a scanner such as testssl.sh will find. */
final class TlsReport {
    private static final List<String> SUITES_13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private TlsReport() {}

    static void blocks(StringBuilder text, PortcullisConfig config, HstsRamps ramps) {
        if (config.tls().isEmpty()) {
            return;
        }
        text.append("TLS\n");
        for (TlsConfig block : config.tls().values()) {
            terms(text, block.name() + ", every name", block.terms());
            for (TlsConfig.Host host : block.hosts()) {
                terms(text, block.name() + ", " + String.join(" ", host.names()), host.terms());
            }
            line(text, "tickets", tickets(block.tickets()));
            HstsRamp ramp = ramps.of(block);
            if (ramp != null) {
                line(text, "hsts", "a ramp: " + ramp.told().sentence());
            }
            line(text, "a scan finds", String.join("; ", findings(block)));
        }
        text.append('\n');
    }

    private static void terms(StringBuilder text, String who, TlsConfig.Terms terms) {
        TlsConfig.Policy policy = terms.policy();
        text.append("  ").append(who).append(": ").append(policy.name()).append('\n');
        List<String> suites = new ArrayList<>(policy.max().equals("1.3") ? SUITES_13 : List.of());
        suites.addAll(policy.ciphers12());
        line(text, "versions", "TLS " + policy.min() + (policy.min().equals(policy.max()) ? "" : ", TLS 1.3"));
        line(text, "suites", String.join(" ", suites));
        line(text, "groups", String.join(" ", policy.groups()));
        TlsConfig.ClientCertificates clients = terms.clients();
        if (clients != null) {
            line(
                    text,
                    "clients",
                    (clients.required() ? "must show" : "may show") + " a certificate of " + clients.ca()
                            + (clients.crls().isEmpty() ? ", revocation is not looked at" : ""));
        }
    }

    private static String tickets(TlsConfig.Tickets tickets) {
        return "a new key every " + tickets.rotate().toMinutes() + " min, "
                + (tickets.secretFile() == null ? "known to this process alone" : "shared by " + tickets.secretFile());
    }

    private static List<String> findings(TlsConfig block) {
        List<String> found = new ArrayList<>();
        boolean has12 =
                block.allTerms().stream().anyMatch(terms -> terms.policy().min().equals("1.2"));
        found.add(has12 ? "no version below TLS 1.2" : "TLS 1.3 alone");
        found.add("forward secrecy and AEAD with every suite, none of them weak");
        found.add("the server's order of suites");
        boolean hybrid = block.policy().groups().stream().anyMatch(group -> group.contains("MLKEM"));
        found.add(hybrid ? "post-quantum key exchange" : "NO post-quantum key exchange");
        found.add("no renegotiation, compression or early data");
        found.add(block.hsts() == null ? "NO HSTS (write hsts {})" : hsts(block.hsts()));
        found.add(
                block.ocsp().stapling()
                        ? "OCSP stapling, where the certificate names a responder"
                        : "NO OCSP stapling (ocsp.stapling is off)");
        return found;
    }

    private static String hsts(HstsConfig hsts) {
        return switch (hsts.mode()) {
            case FIXED -> "HSTS";
            case RAMP -> "HSTS, too short for a good grade before the ramp's last steps";
            case RETIRE -> "NO HSTS (mode = retire)";
        };
    }

    private static void line(StringBuilder text, String what, String value) {
        text.append(String.format("    %-13s %s%n", what, value));
    }
}

package io.portcullis.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads {@code upstreams.<name>.tls}. */
final class UpstreamTlsReader {
    private UpstreamTlsReader() {}

    static UpstreamTls read(Node node) {
        boolean verify = node.value("verify", Units::flag);
        Path ca = node.optional("ca", FileState::path);
        String name = node.optional("name", UpstreamTlsReader::name);
        String sni = node.optional("sni", UpstreamTlsReader::sni);
        Path chain = node.optional("chain", FileState::path);
        Path key = node.optional("key", FileState::path);
        String min = node.value("min", TlsNames::version);
        if (ca != null) {
            FileRules.readable(node, "ca", ca);
        }
        UpstreamTls tls =
                new UpstreamTls(verify, ca, name, sni, identity(node, chain, key), TlsTerms.from(min), node.where());
        node.finish();
        unverified(node, tls);
        return tls;
    }

    private static UpstreamTls.@Nullable Identity identity(Node node, @Nullable Path chain, @Nullable Path key) {
        if (chain != null) {
            FileRules.readable(node, "chain", chain);
        }
        if (key != null) {
            FileRules.readable(node, "key", key);
            FileRules.secret(node, "key", key);
        }
        if (chain != null && key != null) {
            return new UpstreamTls.Identity(chain, key);
        }
        if (chain != null || key != null) {
            String missing = chain == null ? "chain" : "key";
            node.error(
                    missing,
                    "a certificate needs both chain and key, and " + missing + " is missing",
                    "write " + missing + " = \"client." + (chain == null ? "pem" : "key") + "\"");
        }
        return null;
    }

    private static void unverified(Node node, UpstreamTls tls) {
        if (tls.verify()) {
            return;
        }
        if (tls.ca() != null || tls.name() != null) {
            node.error("verify", "nothing is verified, so ca and name are of no use", "remove verify = off");
            return;
        }
        node.warn(
                5,
                "verify",
                "nobody looks whose certificate the endpoints show: whoever gets between can read and change everything",
                "name the authority that issued them: ca = \"backend-ca.pem\", and remove verify = off");
    }

    /** A host name or an address, as it stands in the certificate. */
    private static String name(Setting setting) throws Refusal {
        return IpAddresses.literal(setting.text().strip()) != null
                ? setting.text().strip()
                : exact(HostNames.pattern(setting), setting);
    }

    private static String sni(Setting setting) throws Refusal {
        if (IpAddresses.literal(setting.text().strip()) != null) {
            throw new Refusal(
                    "an address cannot be asked for by SNI (RFC 6066 §3)", "write a host name, or remove sni");
        }
        return exact(HostNames.pattern(setting), setting);
    }

    private static String exact(String name, Setting setting) throws Refusal {
        if (name.indexOf('*') >= 0) {
            throw new Refusal(
                    "expected one host name, found \"" + setting.text().strip() + "\"",
                    "write a name that the certificate covers");
        }
        return name;
    }
}

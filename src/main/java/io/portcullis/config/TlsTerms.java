package io.portcullis.config;

import io.portcullis.config.TlsConfig.ClientCertificates;
import io.portcullis.config.TlsConfig.ClientCertificates.Forward;
import io.portcullis.config.TlsConfig.ClientCertificates.Headers;
import io.portcullis.config.TlsConfig.Host;
import io.portcullis.config.TlsConfig.Policy;
import io.portcullis.config.TlsConfig.Terms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a handshake has to agree to: policies and client certificates, of a block under {@code tls} and of its hosts. */
final class TlsTerms {
    private static final Policy MODERN = new Policy("modern", "1.3", "1.3", List.of(), TlsNames.GROUPS);
    private static final Policy INTERMEDIATE =
            new Policy("intermediate", "1.2", "1.3", TlsNames.INTERMEDIATE, TlsNames.GROUPS);

    /** For what {@code defaults} says of hosts. */
    static final Terms NOTHING = new Terms(INTERMEDIATE, null, List.of("http/1.1"));

    private TlsTerms() {}

    /** From this version up, with what {@code intermediate} has. */
    static Policy from(String min) {
        return min.equals("1.3") ? MODERN : INTERMEDIATE;
    }

    static Terms ofBlock(Node node) {
        Policy policy = node.isBlock("policy") ? policyBlock(node) : node.value("policy", TlsTerms::named);
        List<String> alpn = node.each("alpn", Units.choice(Map.of("h2", "h2", "http/1.1", "http/1.1")));
        twice(node, "alpn", alpn);
        empty(node, "alpn", alpn);
        return new Terms(policy, clients(node), alpn);
    }

    /** Names with terms of their own; what an entry leaves out is the block's. */
    static List<Host> hosts(Node node, Terms block) {
        List<Host> hosts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Node each : node.blockList("hosts", "defaults.host")) {
            Host host = host(each, block);
            for (String name : host.names()) {
                if (!seen.add(name)) {
                    each.error("names", name + " stands in two entries of hosts", "name it once");
                }
            }
            hosts.add(host);
        }
        return List.copyOf(hosts);
    }

    static Host host(Node node, Terms block) {
        List<String> names = node.requiredEach(
                "names", "the host names it is for", "names = [\"admin.example.com\"]", HostNames::pattern);
        Policy named = node.isBlock("policy") ? policyBlock(node) : node.optional("policy", TlsTerms::named);
        boolean silent = !node.isWritten("client-certificates");
        ClientCertificates own = clients(node);
        node.finish();
        return new Host(
                names,
                new Terms(named == null ? block.policy() : named, silent ? block.clients() : own, block.alpn()),
                node.where());
    }

    /** The block of a policy that is no name. */
    static Policy custom(Node node) {
        Node custom = node.block("custom");
        node.finish();
        String min = custom.value("min", TlsNames::version);
        String max = custom.value("max", TlsNames::version);
        if (max.compareTo(min) < 0) {
            custom.error("max", "max is below min: no version would be left", "write min = 1.2, or max = 1.3");
        }
        List<String> ciphers = custom.each("ciphers-1-2", TlsNames::suite);
        List<String> groups = custom.each("groups", TlsNames::group);
        boolean offers12 = min.equals("1.2");
        if (!offers12 && custom.isWrittenHere("ciphers-1-2")) {
            custom.error("ciphers-1-2", "never used: TLS 1.2 is off", "remove it, or write min = 1.2");
        }
        twice(custom, "ciphers-1-2", ciphers);
        twice(custom, "groups", groups);
        empty(custom, "groups", groups);
        if (offers12) {
            empty(custom, "ciphers-1-2", ciphers);
        }
        custom.finish();
        return new Policy("custom", min, max, offers12 ? ciphers : List.of(), groups);
    }

    private static Policy policyBlock(Node node) {
        return custom(node.blockOf("policy", "defaults.policy"));
    }

    private static Policy named(Setting setting) throws Refusal {
        if (setting.text().strip().equals("custom")) {
            throw new Refusal(
                    "custom alone says nothing",
                    "write policy { custom { min = 1.2, max = 1.3, ciphers-1-2 = […], groups = […] } }");
        }
        return Units.choice(Map.of("modern", MODERN, "intermediate", INTERMEDIATE))
                .read(setting);
    }

    private static @Nullable ClientCertificates clients(Node node) {
        if (node.isBlock("client-certificates")) {
            return clientCertificates(node.blockOf("client-certificates", "defaults.client-certificates"));
        }
        node.optional("client-certificates", setting -> {
            if (!setting.isOff()) {
                throw new Refusal(
                        "expected off or a block, found \"" + setting.text().strip() + "\"",
                        "write client-certificates { ca = \"clients.pem\" }");
            }
            return false;
        });
        return null;
    }

    static @Nullable ClientCertificates clientCertificates(Node node) {
        Map<String, Boolean> modes = Map.of("required", true, "optional", false);
        Map<String, Forward> forwards = Map.of("off", Forward.OFF, "leaf", Forward.LEAF, "chain", Forward.CHAIN);
        boolean required = node.value("mode", Units.choice(modes));
        Path ca = node.required("ca", "the authorities' PEM file", "ca = \"clients.pem\"", FileState::path);
        int depth = node.value("depth", Units.integer(0, 10));
        List<Path> crls = node.each("crl", FileState::path);
        List<String> names = node.each("names", setting -> setting.text().strip());
        Forward forward = node.value("forward", Units.choice(forwards));
        if (ca != null) {
            FileRules.readable(node, "ca", ca);
        }
        crls.forEach(crl -> FileRules.readable(node, "crl", crl));
        Headers headers = ClientHeaders.read(node.block("headers"));
        node.finish();
        return ca == null
                ? null
                : new ClientCertificates(required, ca, depth, crls, names, forward, headers, node.where());
    }

    private static void twice(Node node, String key, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                node.error(key, name + " is named twice", "name it once, where its rank is meant");
            }
        }
    }

    private static void empty(Node node, String key, List<String> names) {
        // Where elements were refused there is already a problem.
        if (names.isEmpty() && node.isEmptyList(key)) {
            node.error(key, "an empty list offers nothing", "name at least one, or remove the key");
        }
    }
}

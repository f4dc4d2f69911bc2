package io.portcullis.config;

import io.portcullis.config.TlsConfig.Certificate;
import io.portcullis.config.TlsConfig.Hsts;
import io.portcullis.config.TlsConfig.Policy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one block under {@code tls}. */
final class TlsReader {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration DAY = Duration.ofDays(1);
    private static final ValueReader<Duration> MAX_AGE = Units.duration(Duration.ZERO, Duration.ofDays(36_500));

    private static final Policy MODERN = new Policy("modern", "1.3", "1.3", List.of(), TlsNames.GROUPS);
    private static final Policy INTERMEDIATE =
            new Policy("intermediate", "1.2", "1.3", TlsNames.INTERMEDIATE, TlsNames.GROUPS);

    private TlsReader() {}

    static TlsConfig read(String name, Node node) {
        Policy policy = policy(node);
        List<Certificate> certificates = certificates(node);
        Node hsts = node.optionalBlock("hsts");
        TlsConfig config = new TlsConfig(name, policy, certificates, hsts == null ? null : hsts(hsts), node.where());
        node.finish();
        return config;
    }

    static @Nullable Certificate certificate(Node node) {
        Path chain =
                node.required("chain", "the chain's PEM file, leaf first", "chain = \"example.pem\"", FileState::path);
        Path key = node.required("key", "the private key's PEM file", "key = \"example.key\"", FileState::path);
        List<String> names = node.each("names", HostNames::pattern);
        boolean isDefault = node.value("default", Units::flag);
        if (chain != null) {
            FileRules.readable(node, "chain", chain);
        }
        if (key != null) {
            FileRules.readable(node, "key", key);
            FileRules.secret(node, "key", key);
        }
        node.finish();
        return chain == null || key == null ? null : new Certificate(chain, key, names, isDefault, node.where());
    }

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

    private static Policy policy(Node node) {
        if (node.isBlock("policy")) {
            return custom(node.blockOf("policy", "defaults.policy"));
        }
        return node.value("policy", setting -> {
            if (setting.text().strip().equals("custom")) {
                throw new Refusal(
                        "custom alone says nothing",
                        "write policy { custom { min = 1.2, max = 1.3, ciphers-1-2 = […], groups = […] } }");
            }
            return Units.choice(Map.of("modern", MODERN, "intermediate", INTERMEDIATE))
                    .read(setting);
        });
    }

    private static List<Certificate> certificates(Node node) {
        List<Certificate> certificates = new ArrayList<>();
        List<Node> blocks = node.blockList("certificates", "defaults.certificate");
        for (Node block : blocks) {
            Certificate certificate = certificate(block);
            if (certificate != null) {
                if (certificate.isDefault() && certificates.stream().anyMatch(Certificate::isDefault)) {
                    block.error("default", "another certificate of this block is the default", "mark one");
                }
                certificates.add(certificate);
            }
        }
        if (blocks.isEmpty() && !node.isTemplate() && !node.isBlock("certificates")) {
            node.error(
                    "certificates",
                    "missing: expected at least one certificate",
                    "write certificates = [ { chain = \"example.pem\", key = \"example.key\" } ]");
        }
        return certificates;
    }

    private static Hsts hsts(Node node) {
        Duration maxAge = node.value("max-age", MAX_AGE);
        boolean subdomains = node.value("include-subdomains", Units::flag);
        boolean preload = node.value("preload", Units::flag);
        if (preload && !subdomains) {
            node.error(
                    "preload",
                    "the preload list takes only hosts with include-subdomains",
                    "write include-subdomains = true, or preload = false");
        }
        if (preload && maxAge.compareTo(YEAR) < 0) {
            node.error(
                    "preload",
                    "the preload list takes only hosts with a max-age of one year or more",
                    "write max-age = 365 days, or preload = false");
        }
        if (maxAge.compareTo(DAY) < 0) {
            node.warn(
                    2,
                    "max-age",
                    "browsers forget after " + Units.show(maxAge) + ": hardly any protection",
                    "write max-age = 365 days once HTTPS is known to work");
        }
        if (subdomains) {
            node.warn(
                    3,
                    "include-subdomains",
                    "every subdomain, on every port, must answer by HTTPS as long as browsers remember ("
                            + Units.show(maxAge) + ")",
                    "make sure of each subdomain, inner ones too, before you keep this");
        }
        node.finish();
        return new Hsts(maxAge, subdomains, preload);
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

package io.portcullis.config;

import io.portcullis.config.TlsConfig.Certificate;
import io.portcullis.config.TlsConfig.Host;
import io.portcullis.config.TlsConfig.Ocsp;
import io.portcullis.config.TlsConfig.RecordSize;
import io.portcullis.config.TlsConfig.Signer;
import io.portcullis.config.TlsConfig.Terms;
import io.portcullis.config.TlsConfig.Tickets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one block under {@code tls}. */
final class TlsReader {
    private static final ValueReader<Duration> SIGNER_TIMEOUT =
            Units.duration(Duration.ofMillis(10), Duration.ofSeconds(30));
    private static final Duration DAYS_3 = Duration.ofDays(3);

    private TlsReader() {}

    static TlsConfig read(String name, Node node) {
        Terms terms = TlsTerms.ofBlock(node);
        List<Host> hosts = TlsTerms.hosts(node, terms);
        CertificateFolder folder = folder(node);
        List<Certificate> certificates = certificates(node, folder);
        Tickets tickets = tickets(node.block("tickets"));
        Node hsts = node.optionalBlock("hsts");
        TlsConfig config = new TlsConfig(
                name,
                terms,
                hosts,
                certificates,
                folder == null ? Set.of() : folder.folders(),
                tickets,
                hsts == null ? null : HstsReader.read(hsts),
                ocsp(node.block("ocsp")),
                node.value("record-size", Units.choice(Map.of("dynamic", RecordSize.DYNAMIC, "full", RecordSize.FULL))),
                node.where());
        node.finish();
        return config;
    }

    static @Nullable Certificate certificate(Node node) {
        Path chain =
                node.required("chain", "the chain's PEM file, leaf first", "chain = \"example.pem\"", FileState::path);
        Signer signer = signer(node);
        Path key = signer != null
                ? null
                : node.required("key", "the private key's PEM file", "key = \"example.key\"", FileState::path);
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
        return chain == null || key == null && signer == null
                ? null
                : new Certificate(chain, key, signer, names, isDefault, false, node.where());
    }

    private static @Nullable Signer signer(Node node) {
        String upstream = node.optional("signer", Labels::name);
        Duration timeout = node.value("signer-timeout", SIGNER_TIMEOUT);
        if (upstream != null && node.optional("key", FileState::path) != null) {
            node.error("signer", "the key is here, so nobody else has to sign", "remove key, or signer");
        }
        return upstream == null ? null : new Signer(upstream, timeout);
    }

    private static List<Certificate> certificates(Node node, @Nullable CertificateFolder folder) {
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
        if (folder != null) {
            certificates.addAll(folder.certificates());
        }
        if (blocks.isEmpty() && folder == null && !node.isTemplate() && !node.isBlock("certificates")) {
            node.error(
                    "certificates",
                    "missing: expected at least one certificate",
                    "write certificates = [ { chain = \"example.pem\", key = \"example.key\" } ]");
        }
        return certificates;
    }

    private static @Nullable CertificateFolder folder(Node node) {
        Path path = node.optional("certificates-dir", FileState::path);
        if (path == null) {
            return null;
        }
        CertificateFolder folder = CertificateFolder.look(path, node.lineOf("certificates-dir"));
        for (String trouble : folder.troubles()) {
            node.error(
                    "certificates-dir", trouble, "write NAME.pem with chain and key in it, or NAME.pem and NAME.key");
        }
        if (folder.troubles().isEmpty() && folder.certificates().isEmpty()) {
            node.warn(3, "certificates-dir", "there is no certificate in " + path, "put NAME.pem and NAME.key there");
        }
        for (Certificate found : folder.certificates()) {
            if (found.key() != null) {
                FileRules.secret(node, "certificates-dir", found.key());
            }
        }
        return folder;
    }

    private static Tickets tickets(Node node) {
        Duration rotate = node.value("rotate", Units.duration(Duration.ofSeconds(1), DAYS_3));
        Path secret = node.optional("secret-file", FileState::path);
        if (secret != null) {
            FileRules.readable(node, "secret-file", secret);
            FileRules.secret(node, "secret-file", secret);
        }
        node.finish();
        return new Tickets(rotate, secret);
    }

    private static Ocsp ocsp(Node node) {
        boolean stapling = node.value("stapling", Units::flag);
        Path cache = node.optional("cache-dir", FileState::path);
        Duration timeout = node.value("timeout", Units.duration(Duration.ofMillis(100), Duration.ofMinutes(1)));
        if (cache != null && stapling) {
            FileRules.folder(node, "cache-dir", cache);
        }
        node.finish();
        return new Ocsp(stapling, cache, timeout);
    }
}

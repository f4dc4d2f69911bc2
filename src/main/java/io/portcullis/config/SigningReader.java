package io.portcullis.config;

import io.portcullis.config.TlsConfig.Certificate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code listeners.<name>.signing}. */
final class SigningReader {
    private static final Pattern SHA_256 = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Map<String, String> ALGORITHMS = new TreeMap<>();

    static {
        for (String each : List.of(
                "rsa_pss_rsae_sha256",
                "rsa_pss_rsae_sha384",
                "rsa_pss_rsae_sha512",
                "rsa_pkcs1_sha256",
                "rsa_pkcs1_sha384",
                "rsa_pkcs1_sha512",
                "ecdsa_secp256r1_sha256",
                "ecdsa_secp384r1_sha384",
                "ecdsa_secp521r1_sha512",
                "ed25519")) {
            ALGORITHMS.put(each, each);
        }
    }

    private SigningReader() {}

    static SigningConfig read(Node node) {
        List<String> clients = node.requiredEach(
                "clients",
                "the certificates that may ask, by name or SHA-256",
                "clients = [\"edge-1.example.com\"]",
                SigningReader::client);
        List<String> algorithms = node.each("algorithms", Units.choice(ALGORITHMS));
        int maxInFlight = node.value("max-in-flight", Units.integer(1, 65_536));
        List<Certificate> keys = new ArrayList<>();
        List<Node> blocks = node.blockList("keys", "defaults.certificate");
        for (Node block : blocks) {
            Certificate certificate = TlsReader.certificate(block);
            if (certificate != null && certificate.signer() != null) {
                block.error("signer", "a signer holds its keys itself", "write key = \"example.key\"");
            } else if (certificate != null) {
                keys.add(certificate);
            }
        }
        if (blocks.isEmpty() && !node.isTemplate()) {
            node.error(
                    "keys", "there is no key to sign with", "write keys = [ { chain = \"a.pem\", key = \"a.key\" } ]");
        }
        if (algorithms.isEmpty() && node.isEmptyList("algorithms")) {
            node.error("algorithms", "an empty list signs nothing", "name at least one, or remove the key");
        }
        node.finish();
        return new SigningConfig(clients, new LinkedHashSet<>(algorithms), keys, maxInFlight, node.where());
    }

    private static String client(Setting setting) throws Refusal {
        String text = setting.text().strip();
        String lower = text.toLowerCase(Locale.ROOT).replace(" ", "");
        if (!lower.startsWith("sha256:")) {
            return text;
        }
        String digits = "sha256:" + lower.substring("sha256:".length()).replace(":", "");
        if (!SHA_256.matcher(digits).matches()) {
            throw new Refusal(
                    "expected sha256: and 64 hex digits, found \"" + text + "\"",
                    "openssl x509 -in CERT.pem -noout -fingerprint -sha256");
        }
        return digits;
    }
}

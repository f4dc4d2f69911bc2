package io.portcullis.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Names of suites and groups, and which of them can be had: Mozilla's intermediate TLS 1.2 suites without finite-field
 * Diffie-Hellman, and the groups BoringSSL takes.
 */
final class TlsNames {
    /** Mozilla's "intermediate" suites (guidelines 5.7) with ECDHE; all AEAD. */
    static final List<String> INTERMEDIATE = List.of(
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305",
            "ECDHE-RSA-CHACHA20-POLY1305");

    static final List<String> GROUPS = List.of("X25519MLKEM768", "X25519", "P-256", "P-384");

    private static final Map<String, String> GROUP_NAMES = Map.ofEntries(
            Map.entry("x25519mlkem768", "X25519MLKEM768"),
            Map.entry("mlkem1024", "MLKEM1024"),
            Map.entry("x25519", "X25519"),
            Map.entry("p-256", "P-256"),
            Map.entry("p256", "P-256"),
            Map.entry("secp256r1", "P-256"),
            Map.entry("prime256v1", "P-256"),
            Map.entry("p-384", "P-384"),
            Map.entry("p384", "P-384"),
            Map.entry("secp384r1", "P-384"),
            Map.entry("p-521", "P-521"),
            Map.entry("p521", "P-521"),
            Map.entry("secp521r1", "P-521"));

    private static final Set<String> IMPOSSIBLE_GROUPS =
            Set.of("x448", "secp256r1mlkem768", "secp384r1mlkem1024", "mlkem512", "mlkem768");

    private static final Pattern TLS_13_SUITE = Pattern.compile("TLS_(AES|CHACHA20)_[A-Z0-9_]*");
    private static final Pattern EXPRESSION = Pattern.compile("[!+@:]|^(ALL|DEFAULT|HIGH|MEDIUM|LOW|ECDHE|AESGCM)$");

    private TlsNames() {}

    /** A TLS 1.2 suite by its OpenSSL name; IANA's name is taken too. */
    static String suite(Setting setting) throws Refusal {
        String text = setting.text().strip();
        String name = text.toUpperCase(Locale.ROOT);
        Map<String, String> known = suites();
        String suite = known.get(name);
        if (suite != null) {
            return suite;
        }
        String remedy = Spelling.nearest(name, INTERMEDIATE)
                .map(n -> "did you mean \"" + n + "\"?")
                .orElse("choose from " + String.join(", ", INTERMEDIATE));
        throw new Refusal("the suite \"" + text + "\" cannot be offered: " + whyNot(name), remedy);
    }

    /** A group in BoringSSL's spelling. */
    static String group(Setting setting) throws Refusal {
        String text = setting.text().strip();
        String name = text.toLowerCase(Locale.ROOT);
        String group = GROUP_NAMES.get(name);
        if (group != null) {
            return group;
        }
        Set<String> choice = new TreeSet<>(GROUP_NAMES.values());
        if (IMPOSSIBLE_GROUPS.contains(name) || name.startsWith("ffdhe")) {
            throw new Refusal(
                    "the group \"" + text + "\" cannot be offered: BoringSSL does not have it",
                    "choose from " + String.join(", ", choice));
        }
        throw new Refusal(
                "expected a key-exchange group, found \"" + text + "\"",
                Spelling.nearest(name, GROUP_NAMES.keySet())
                        .map(n -> "did you mean \"" + GROUP_NAMES.get(n) + "\"?")
                        .orElse("choose from " + String.join(", ", choice)));
    }

    /** {@code 1.2} or {@code 1.3}. */
    static String version(Setting setting) throws Refusal {
        String text = setting.text().strip();
        String number = text.regionMatches(true, 0, "TLSv", 0, 4) ? text.substring(4) : text;
        if (number.equals("1.2") || number.equals("1.3")) {
            return number;
        }
        boolean old = Set.of("1", "1.0", "1.1").contains(number);
        throw new Refusal(
                "expected 1.2 or 1.3, found \"" + text + "\"" + (old ? ", which is retired (RFC 8996)" : ""),
                "write \"1.2\" or \"1.3\"");
    }

    private static Map<String, String> suites() {
        Map<String, String> names = new TreeMap<>();
        for (String suite : INTERMEDIATE) {
            names.put(suite, suite);
            names.put(iana(suite), suite);
        }
        return names;
    }

    private static String iana(String openSsl) {
        String name = openSsl.replace("AES128", "AES_128").replace("AES256", "AES_256");
        String[] keyAndRest = name.split("-(?=AES|CHACHA)", 2);
        String rest = keyAndRest[1].replace('-', '_');
        return "TLS_" + keyAndRest[0].replace('-', '_') + "_WITH_" + rest
                + (rest.startsWith("CHACHA") ? "_SHA256" : "");
    }

    private static String whyNot(String name) {
        if (TLS_13_SUITE.matcher(name).matches()) {
            return "it is of TLS 1.3, whose suites BoringSSL does not let anyone choose (all three are offered)";
        }
        if (EXPRESSION.matcher(name).find()) {
            return "it is an expression, not a suite; each suite is written by its name";
        }
        if (name.contains("RC4") || name.contains("3DES") || name.contains("DES-CBC") || name.contains("NULL")) {
            return "its cipher is broken";
        }
        if (name.startsWith("DHE-") || name.startsWith("EDH-") || name.startsWith("TLS_DHE_")) {
            return "BoringSSL has no finite-field Diffie-Hellman (DHE)";
        }
        if (name.contains("ECDHE") && !name.contains("GCM") && !name.contains("CHACHA")) {
            return name.contains("AES") ? "it uses CBC, not an AEAD cipher" : "it is not known";
        }
        if (name.startsWith("AES") || name.startsWith("CAMELLIA") || name.startsWith("TLS_RSA_")) {
            return "it exchanges keys by RSA, without forward secrecy";
        }
        return "it is not known";
    }
}

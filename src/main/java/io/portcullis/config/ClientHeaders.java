package io.portcullis.config;

import io.portcullis.config.TlsConfig.ClientCertificates.Headers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the names of fields that tell of a client's certificate. */
final class ClientHeaders {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");
    /** What has a meaning of its own, between client and backend or between us and either. */
    private static final Set<String> TAKEN = Set.of(
            "accept",
            "accept-encoding",
            "accept-language",
            "authorization",
            "cache-control",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "cookie",
            "date",
            "expect",
            "forwarded",
            "host",
            "keep-alive",
            "origin",
            "range",
            "referer",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "via",
            "x-real-ip",
            "x-request-id",
            "x-rewrite-url");

    private static final List<String> TAKEN_FAMILIES =
            List.of("proxy-", "sec-", "if-", "x-original-", "x-forwarded-for", "x-forwarded-host", "x-forwarded-p");

    private ClientHeaders() {}

    static Headers read(Node node) {
        Set<String> seen = new HashSet<>();
        Headers headers = new Headers(
                name(node, "subject", seen),
                name(node, "issuer", seen),
                name(node, "serial", seen),
                name(node, "fingerprint", seen),
                name(node, "verified", seen),
                name(node, "pem", seen));
        node.finish();
        return headers;
    }

    private static @Nullable String name(Node node, String key, Set<String> seen) {
        String name = node.optional(key, ClientHeaders::name);
        if (name != null && !seen.add(name.toLowerCase(Locale.ROOT))) {
            node.error(key, name + " tells another fact already", "give each fact a name of its own");
        }
        return name;
    }

    private static String name(Setting setting) throws Refusal {
        String name = setting.text().strip();
        if (!NAME.matcher(name).matches()) {
            throw new Refusal(
                    "expected the name of a field, found \"" + name + "\"",
                    "a letter, then letters, digits and hyphens, at most 64 in all: X-SSL-Client-S-DN");
        }
        String lower = name.toLowerCase(Locale.ROOT);
        boolean rfc9440 = lower.equals("client-cert") || lower.equals("client-cert-chain");
        if (rfc9440 || TAKEN.contains(lower) || TAKEN_FAMILIES.stream().anyMatch(lower::startsWith)) {
            throw new Refusal(
                    name + " has a meaning of its own",
                    rfc9440 ? "for Client-Cert see forward; choose another name" : "choose another name");
        }
        return name;
    }
}

package io.portcullis.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One block under {@code tls}: a policy, certificates, HSTS.
 *
 * @param name its key under {@code tls}
 * @param certificates at least one
 * @param hsts null where it is {@code off}
 */
public record TlsConfig(
        String name, Policy policy, List<Certificate> certificates, @Nullable Hsts hsts, SourceLine where) {

    /**
     * Which protocol versions, suites and groups are offered.
     *
     * @param name {@code modern}, {@code intermediate} or {@code custom}
     * @param min {@code "1.2"} or {@code "1.3"}
     * @param max {@code "1.2"} or {@code "1.3"}, not below {@code min}
     * @param ciphers12 TLS 1.2 suites by their OpenSSL names, best first; empty where TLS 1.2 is off
     * @param groups key-exchange groups, best first; BoringSSL's spelling
     */
    public record Policy(String name, String min, String max, List<String> ciphers12, List<String> groups) {}

    /**
     * A certificate chain and its private key.
     *
     * @param chain PEM file, leaf first
     * @param key PEM file: PKCS#8, PKCS#1 or SEC 1, not encrypted
     * @param names host names it is served for; empty: those in the certificate
     * @param isDefault whether clients that name no host, or an unknown one, get it
     */
    public record Certificate(Path chain, Path key, List<String> names, boolean isDefault, SourceLine where) {}

    /**
     * HTTP Strict Transport Security, RFC 6797.
     *
     * @param maxAge whole seconds count; zero tells browsers to forget
     * @param includeSubdomains every subdomain, on every port, must then answer by HTTPS
     * @param preload asks for inclusion in browsers' built-in lists; wants one year and subdomains
     */
    public record Hsts(Duration maxAge, boolean includeSubdomains, boolean preload) {
        /** The header's value, RFC 6797 §6.1. */
        public String headerValue() {
            return "max-age=" + maxAge.toSeconds() + (includeSubdomains ? "; includeSubDomains" : "")
                    + (preload ? "; preload" : "");
        }
    }
}

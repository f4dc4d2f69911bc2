package io.portcullis.config;

import io.portcullis.config.TlsConfig.Certificate;
import java.util.List;
import java.util.Set;

/**
 * What a listener signs for proxies that do not hold their own private keys.
 *
 * @param clients who may ask: a name of the client's certificate as it stands there, or {@code sha256:} and 64 hex digits; at least one
 * @param algorithms what may be signed by: names of RFC 8446 §4.2.3, and {@code rsa_pkcs1_} those of TLS 1.2; at least one
 * @param keys certificates whose keys are held; at least one
 * @param maxInFlight signatures under way at once, 1 to 65536; further ones are refused
 */
public record SigningConfig(
        List<String> clients, Set<String> algorithms, List<Certificate> keys, int maxInFlight, SourceLine where) {}

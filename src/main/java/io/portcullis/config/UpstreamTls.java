package io.portcullis.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How endpoints are spoken to by TLS.
 *
 * @param verify whether an endpoint's certificate is checked: its issuer, dates, purpose and name
 * @param ca the authorities that may have issued it; null: those of the Java runtime
 * @param name the name it must have; null: the endpoint's own host
 * @param sni the name asked for; null: {@code name}, where that is no address
 * @param identity the certificate shown where an endpoint asks for one; null: none
 * @param policy versions, suites and groups
 */
public record UpstreamTls(
        boolean verify,
        @Nullable Path ca,
        @Nullable String name,
        @Nullable String sni,
        @Nullable Identity identity,
        TlsConfig.Policy policy,
        SourceLine where) {

    /**
     * A certificate of ours.
     *
     * @param chain its PEM file, ours first
     * @param key the PEM file of its private key
     */
    public record Identity(Path chain, Path key) {}

    /** Every file whose change changes what endpoints are told or believed. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>();
        if (ca != null) {
            files.add(ca);
        }
        if (identity != null) {
            files.add(identity.chain());
            files.add(identity.key());
        }
        return files;
    }

    /** The same, written there. */
    UpstreamTls at(SourceLine there) {
        return new UpstreamTls(verify, ca, name, sni, identity, policy, there);
    }
}

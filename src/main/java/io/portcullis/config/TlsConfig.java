package io.portcullis.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One block under {@code tls}: terms, certificates, tickets, HSTS.
 *
 * @param name its key under {@code tls}
 * @param terms what holds for every name that no entry of {@code hosts} names
 * @param hosts names with terms of their own
 * @param certificates at least one; those of {@code certificates-dir} come last, in the order of their files
 * @param folders where certificates are looked for: {@code certificates-dir} and the folders in it
 * @param hsts null where it is {@code off}
 * @param ocsp what is stapled
 * @param recordSize how large the records are that clients get
 */
public record TlsConfig(
        String name,
        Terms terms,
        List<Host> hosts,
        List<Certificate> certificates,
        Set<Path> folders,
        Tickets tickets,
        @Nullable HstsConfig hsts,
        Ocsp ocsp,
        RecordSize recordSize,
        SourceLine where) {

    /** The policy of names without terms of their own. */
    public Policy policy() {
        return terms.policy();
    }

    /** The block's terms, then those of its hosts. */
    public List<Terms> allTerms() {
        return Stream.concat(Stream.of(terms), hosts.stream().map(Host::terms)).toList();
    }

    /** Fields that are set here, and that no client may bring. */
    public Set<String> claimedFields() {
        Set<String> names = new LinkedHashSet<>();
        for (Terms each : allTerms()) {
            if (each.clients() != null) {
                names.addAll(each.clients().headers().names());
            }
        }
        return names;
    }

    /** Every file and folder whose change changes what this block does. */
    public Set<Path> files() {
        Set<Path> files = new LinkedHashSet<>(folders);
        for (Certificate certificate : certificates) {
            files.add(certificate.chain());
            if (certificate.key() != null) {
                files.add(certificate.key());
            }
        }
        for (Terms each : allTerms()) {
            ClientCertificates clients = each.clients();
            if (clients != null) {
                files.add(clients.ca());
                files.addAll(clients.crls());
            }
        }
        if (tickets.secretFile() != null) {
            files.add(tickets.secretFile());
        }
        return files;
    }

    /**
     * What a handshake has to agree to.
     *
     * @param clients null where clients are asked for no certificate
     * @param alpn application protocols offered, best first: {@code h2}, {@code http/1.1} (RFC 7301)
     */
    public record Terms(Policy policy, @Nullable ClientCertificates clients, List<String> alpn) {}

    /**
     * Names with terms of their own.
     *
     * @param names host names, {@code *.} wildcards too; an exact name goes before a wildcard
     */
    public record Host(List<String> names, Terms terms, SourceLine where) {}

    /**
     * Certificates that clients show.
     *
     * @param required whether a client without one is refused; one that is shown is always checked
     * @param ca PEM file of the authorities that may have issued it
     * @param depth most authorities between the client's certificate and one of {@code ca}, 0 to 10
     * @param crls PEM files of revocation lists; where there is one, every authority of a chain needs one
     * @param names who is let in: alternative names or common names; empty: everybody that {@code ca} vouches for
     * @param forward what backends are told, RFC 9440
     * @param headers what they are told beside it, by names of the operator's choice
     */
    public record ClientCertificates(
            boolean required,
            Path ca,
            int depth,
            List<Path> crls,
            List<String> names,
            Forward forward,
            Headers headers,
            SourceLine where) {
        /**
         * Fields with facts about the certificate; null where one is not wanted.
         *
         * @param subject its distinguished name, RFC 4514
         * @param issuer its issuer's
         * @param serial its number, in hex
         * @param fingerprint SHA-256 of the whole, in hex
         * @param verified {@code SUCCESS}, or {@code NONE} where none was shown
         * @param pem the whole as PEM, percent-encoded
         */
        public record Headers(
                @Nullable String subject,
                @Nullable String issuer,
                @Nullable String serial,
                @Nullable String fingerprint,
                @Nullable String verified,
                @Nullable String pem) {
            /** None at all. */
            public static final Headers NONE = new Headers(null, null, null, null, null, null);

            /** Those that are wanted. */
            public Set<String> names() {
                Set<String> names = new LinkedHashSet<>();
                Stream.of(subject, issuer, serial, fingerprint, verified, pem)
                        .flatMap(Stream::ofNullable)
                        .forEach(names::add);
                return names;
            }
        }

        /** What of the client's certificates is passed on. */
        public enum Forward {
            OFF,
            /** {@code Client-Cert}. */
            LEAF,
            /** {@code Client-Cert-Chain} too. */
            CHAIN
        }
    }

    /**
     * Session tickets.
     *
     * @param rotate how long one key seals new tickets; it opens them for as long again
     * @param secretFile what nodes derive the same keys from; null: keys of this process alone
     */
    public record Tickets(Duration rotate, @Nullable Path secretFile) {}

    /** How large TLS records are. */
    public enum RecordSize {
        /** Small at first and after a pause, then full. */
        DYNAMIC,
        /** 16 KiB wherever there is so much to send. */
        FULL
    }

    /**
     * OCSP answers that are stapled to certificates (RFC 6066 §8, RFC 8446 §4.4.2.1).
     *
     * @param stapling whether they are fetched, for certificates that name a responder
     * @param cacheDir where they are kept over restarts; null: in memory only
     * @param timeout for one answer, from the question to its last byte
     */
    public record Ocsp(boolean stapling, @Nullable Path cacheDir, Duration timeout) {}

    /**
     * Which protocol versions, suites and groups are offered.
     *
     * @param name {@code modern}, {@code intermediate} or {@code custom}
     * @param min {@code "1.2"} or {@code "1.3"}
     * @param max {@code "1.2"} or {@code "1.3"}, not below {@code min}
     * @param ciphers12 TLS 1.2 suites by their OpenSSL names, best first; empty where TLS 1.2 is off
     * @param groups key-exchange groups, best first; BoringSSL's spelling
     */
    public record Policy(String name, String min, String max, List<String> ciphers12, List<String> groups) {
        /** {@code modern} or {@code intermediate}; null for any other name. */
        public static @Nullable Policy named(String name) {
            return switch (name) {
                case "modern" -> TlsTerms.from("1.3");
                case "intermediate" -> TlsTerms.from("1.2");
                default -> null;
            };
        }
    }

    /**
     * A certificate chain and its private key.
     *
     * @param chain PEM file, leaf first
     * @param key PEM file: PKCS#8, PKCS#1 or SEC 1, not encrypted; null where another process holds it
     * @param signer who holds it; null where {@code key} is here
     * @param names host names it is served for; empty: those in the certificate
     * @param isDefault whether clients that name no host, or an unknown one, get it
     * @param found whether it was found in {@code certificates-dir}, not named
     */
    public record Certificate(
            Path chain,
            @Nullable Path key,
            @Nullable Signer signer,
            List<String> names,
            boolean isDefault,
            boolean found,
            SourceLine where) {

        /** One whose key is a file. */
        public Certificate(
                Path chain, Path key, List<String> names, boolean isDefault, boolean found, SourceLine where) {
            this(chain, key, null, names, isDefault, found, where);
        }

        /** Where its key is, for people. */
        public String keyPlace() {
            return key != null ? key.toString() : "signer " + (signer == null ? "" : signer.upstream());
        }
    }

    /**
     * Another process that signs with a private key.
     *
     * @param upstream the name of the upstream that it is
     * @param timeout how long a handshake waits for a signature, 10 ms to 30 s
     */
    public record Signer(String upstream, Duration timeout) {}
}

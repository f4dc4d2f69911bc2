package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.SourceLine;
import io.portcullis.config.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A certificate authority of this machine's own and a certificate for {@code localhost}, so that HTTPS works before anyone has asked a
 * real authority.
 *
 * <p>What is there and good is reused, so the authority is trusted once; a leaf that expires within 30 days, lacks a name or belongs
 * to another authority is made again. Keys get mode 0600; every file appears whole or not at all. Blocks.
 */
public final class DevCertificates {
    private static final Duration CA_LIFE = Duration.ofDays(3650);
    /** The most that browsers accept: CA/Browser Forum Baseline Requirements §6.3.2, and 398 days at Apple. */
    private static final Duration LEAF_LIFE = Duration.ofDays(397);

    private static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private final Path folder;
    private final Clock clock;
    private final FileCertificates files;
    private final List<String> names;

    public DevCertificates(Path folder, Clock clock) {
        this(folder, clock, localNames());
    }

    DevCertificates(Path folder, Clock clock, List<String> names) {
        this.folder = folder;
        this.clock = clock;
        this.files = new FileCertificates(clock);
        this.names = List.copyOf(names);
    }

    /**
     * What there is now.
     *
     * @param ca the authority's certificate, for clients to trust
     * @param chain the leaf's certificate; an authority this near needs no intermediates
     * @param key the leaf's private key, mode 0600
     * @param names what the leaf covers
     * @param notAfter when the leaf expires
     * @param madeCa whether the authority is new: clients must be told of it
     * @param madeLeaf whether the leaf is new
     */
    public record Made(
            Path ca, Path chain, Path key, List<String> names, Instant notAfter, boolean madeCa, boolean madeLeaf) {}

    /** Makes what is missing, expired or about to. */
    public Made ensure() throws IOException {
        Files.createDirectories(folder);
        Authority authority = readAuthority();
        boolean madeCa = authority == null;
        if (authority == null) {
            authority = makeAuthority();
        }
        Credential leaf = readLeaf();
        boolean madeLeaf = leaf == null || !isGood(leaf, authority);
        if (leaf == null || madeLeaf) {
            makeLeaf(authority);
            leaf = readLeaf();
        }
        if (leaf == null) {
            throw new IOException(folder + ": the certificate just written cannot be read back");
        }
        return new Made(caFile(), chainFile(), keyFile(), leaf.names(), leaf.notAfter(), madeCa, madeLeaf);
    }

    private record Authority(X509Certificate certificate, PrivateKey key) {
        @Override
        public String toString() {
            return "Authority[" + certificate.getSubjectX500Principal() + "]";
        }
    }

    private @Nullable Authority readAuthority() {
        Credential found = read(caFile(), caKeyFile());
        if (found == null || found.key() == null || found.leaf().getBasicConstraints() < 0) {
            return null;
        }
        // One that would die before the leaf it signs is of no use.
        boolean lasts = found.notAfter().isAfter(clock.instant().plus(LEAF_LIFE));
        return lasts ? new Authority(found.leaf(), found.key()) : null;
    }

    private Authority makeAuthority() throws IOException {
        DevSigning signing = DevSigning.fresh(clock.instant(), CA_LIFE);
        X509Certificate certificate = signing.authority("Portcullis development CA on " + hostName());
        DevFiles.write(caKeyFile(), DevFiles.pem(signing.privateKey()), true);
        DevFiles.write(caFile(), DevFiles.pem(certificate), false);
        return new Authority(certificate, signing.privateKey());
    }

    private @Nullable Credential readLeaf() {
        return read(chainFile(), keyFile());
    }

    private boolean isGood(Credential leaf, Authority authority) {
        return KnownRoots.issued(authority.certificate(), leaf.leaf())
                && leaf.notAfter().isAfter(clock.instant().plus(RENEW_BEFORE))
                && new HashSet<>(leaf.names()).containsAll(names);
    }

    private void makeLeaf(Authority authority) throws IOException {
        DevSigning signing = DevSigning.fresh(clock.instant(), LEAF_LIFE);
        X509Certificate certificate = signing.leaf(names, authority.certificate(), authority.key());
        DevFiles.write(keyFile(), DevFiles.pem(signing.privateKey()), true);
        DevFiles.write(chainFile(), DevFiles.pem(certificate), false);
    }

    /** Null where the files are missing, damaged, expired or no pair: then they are made again. */
    private @Nullable Credential read(Path chain, Path key) {
        if (!Files.exists(chain) || !Files.exists(key)) {
            return null;
        }
        TlsConfig.Certificate wanted =
                new TlsConfig.Certificate(chain, key, List.of(), false, false, SourceLine.NOWHERE);
        List<Problem> ignored = new ArrayList<>();
        return files.load(wanted, "dev", ignored::add);
    }

    private Path caFile() {
        return folder.resolve("ca.pem");
    }

    private Path caKeyFile() {
        return folder.resolve("ca.key");
    }

    private Path chainFile() {
        return folder.resolve("dev.pem");
    }

    private Path keyFile() {
        return folder.resolve("dev.key");
    }

    private static List<String> localNames() {
        Set<String> names = new LinkedHashSet<>(List.of("localhost", "*.localhost"));
        String host = hostName();
        if (host.matches("[a-z0-9]([a-z0-9.-]*[a-z0-9])?") && !host.matches("[0-9.]+")) {
            names.add(host);
        }
        names.add("127.0.0.1");
        names.add(HostNames.canonical("::1"));
        return List.copyOf(names);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}

package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.SourceLine;
import io.portcullis.config.TlsConfig;
import io.portcullis.testkit.TestLeaf;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Blocks under {@code tls} built from test certificates; closes what it has built. */
final class TlsLab implements AutoCloseable {
    static final TlsConfig.Policy INTERMEDIATE = new TlsConfig.Policy(
            "intermediate",
            "1.2",
            "1.3",
            List.of(
                    "ECDHE-ECDSA-AES128-GCM-SHA256",
                    "ECDHE-RSA-AES128-GCM-SHA256",
                    "ECDHE-ECDSA-AES256-GCM-SHA384",
                    "ECDHE-RSA-AES256-GCM-SHA384",
                    "ECDHE-ECDSA-CHACHA20-POLY1305",
                    "ECDHE-RSA-CHACHA20-POLY1305"),
            List.of("X25519MLKEM768", "X25519", "P-256", "P-384"));
    static final TlsConfig.Policy MODERN = new TlsConfig.Policy(
            "modern", "1.3", "1.3", List.of(), List.of("X25519MLKEM768", "X25519", "P-256", "P-384"));

    private static final SourceLine LINE = new SourceLine("test.conf", 7);
    final List<Problem> problems = new ArrayList<>();
    private final List<CertificateIndex> built = new ArrayList<>();
    private final ServerTls serverTls;

    TlsLab() {
        this(Staples.NONE);
    }

    TlsLab(Staples staples) {
        serverTls = new ServerTls(new FileCertificates(Clock.systemUTC()), staples, Clock.systemUTC());
    }

    static TlsConfig.Certificate certificate(TestLeaf leaf) {
        return new TlsConfig.Certificate(leaf.chainFile(), leaf.keyFile(), List.of(), false, false, LINE);
    }

    /** As if from a folder. */
    static TlsConfig.Certificate found(TestLeaf leaf) {
        return new TlsConfig.Certificate(leaf.chainFile(), leaf.keyFile(), List.of(), false, true, LINE);
    }

    static TlsConfig.Certificate standard(TestLeaf leaf) {
        return new TlsConfig.Certificate(leaf.chainFile(), leaf.keyFile(), List.of(), true, false, LINE);
    }

    static TlsConfig block(String name, TlsConfig.Policy policy, TlsConfig.Certificate... certificates) {
        return new TlsConfig(
                name,
                new TlsConfig.Terms(policy, null, List.of("http/1.1")),
                List.of(),
                List.of(certificates),
                Set.of(),
                new TlsConfig.Tickets(Duration.ofHours(12), null),
                null,
                new TlsConfig.Ocsp(true, null, Duration.ofSeconds(5)),
                TlsConfig.RecordSize.DYNAMIC,
                LINE);
    }

    /** Asks for certificates of the authority in {@code ca}. */
    static TlsConfig.ClientCertificates clients(boolean required, Path ca, Path... crls) {
        return new TlsConfig.ClientCertificates(
                required,
                ca,
                3,
                List.of(crls),
                List.of(),
                TlsConfig.ClientCertificates.Forward.CHAIN,
                TlsConfig.ClientCertificates.Headers.NONE,
                LINE);
    }

    static TlsConfig.Host host(String name, TlsConfig.Policy policy, TlsConfig.@Nullable ClientCertificates clients) {
        return new TlsConfig.Host(List.of(name), new TlsConfig.Terms(policy, clients, List.of("http/1.1")), LINE);
    }

    /** {@code block} with hosts that have terms of their own. */
    static TlsConfig with(TlsConfig block, TlsConfig.Host... hosts) {
        return new TlsConfig(
                block.name(),
                block.terms(),
                List.of(hosts),
                block.certificates(),
                block.folders(),
                block.tickets(),
                block.hsts(),
                block.ocsp(),
                block.recordSize(),
                block.where());
    }

    /** {@code block} with other staples. */
    static TlsConfig with(TlsConfig block, TlsConfig.Ocsp ocsp) {
        return new TlsConfig(
                block.name(),
                block.terms(),
                block.hosts(),
                block.certificates(),
                block.folders(),
                block.tickets(),
                block.hsts(),
                ocsp,
                block.recordSize(),
                block.where());
    }

    static TicketKeys tickets() {
        return TicketKeys.own(Duration.ofHours(12), Clock.systemUTC());
    }

    @Nullable
    CertificateIndex tryBuild(TlsConfig config, TicketKeys tickets) {
        CertificateIndex index = serverTls.build(config, tickets, null, problems::add);
        if (index != null) {
            built.add(index);
        }
        return index;
    }

    /** What a reload makes of {@code before}. */
    CertificateIndex rebuild(TlsConfig config, CertificateIndex before) {
        CertificateIndex index = Objects.requireNonNull(
                serverTls.build(config, before.tickets(), before, problems::add), () -> problems.toString());
        built.add(index);
        return index;
    }

    CertificateIndex build(TlsConfig config, TicketKeys tickets) {
        return Objects.requireNonNull(tryBuild(config, tickets), () -> problems.toString());
    }

    CertificateIndex index(TlsConfig.Certificate... certificates) {
        return build(block("public", INTERMEDIATE, certificates), tickets());
    }

    @Override
    public void close() {
        built.forEach(CertificateIndex::close);
    }
}

package io.portcullis.tls;

import io.portcullis.config.Problem;
import io.portcullis.config.SourceLine;
import io.portcullis.config.TlsConfig;
import io.portcullis.testkit.TestLeaf;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        serverTls = new ServerTls(new FileCertificates(Clock.systemUTC()), List.of("http/1.1"));
    }

    static TlsConfig.Certificate certificate(TestLeaf leaf) {
        return new TlsConfig.Certificate(leaf.chainFile(), leaf.keyFile(), List.of(), false, LINE);
    }

    static TlsConfig.Certificate standard(TestLeaf leaf) {
        return new TlsConfig.Certificate(leaf.chainFile(), leaf.keyFile(), List.of(), true, LINE);
    }

    static TlsConfig block(String name, TlsConfig.Policy policy, TlsConfig.Certificate... certificates) {
        return new TlsConfig(name, policy, List.of(certificates), null, LINE);
    }

    @Nullable
    CertificateIndex tryBuild(TlsConfig config, TicketKeys tickets) {
        CertificateIndex index = serverTls.build(config, tickets, problems::add);
        if (index != null) {
            built.add(index);
        }
        return index;
    }

    CertificateIndex build(TlsConfig config, TicketKeys tickets) {
        return Objects.requireNonNull(tryBuild(config, tickets), () -> problems.toString());
    }

    CertificateIndex index(TlsConfig.Certificate... certificates) {
        return build(block("public", INTERMEDIATE, certificates), new TicketKeys());
    }

    @Override
    public void close() {
        built.forEach(CertificateIndex::close);
    }
}

package io.portcullis.tls;

import static io.portcullis.tls.TlsLab.INTERMEDIATE;
import static io.portcullis.tls.TlsLab.block;
import static io.portcullis.tls.TlsLab.certificate;
import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.nio.file.Path;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResumptionTest {
    private final TlsLab lab = new TlsLab();
    private final EngineClient client = new EngineClient();
    private final TicketKeys tickets = new TicketKeys();

    @TempDir
    Path dir;

    private TestLeaf leaf;

    @BeforeEach
    void authority() {
        leaf = TestCertificates.in(dir).leaf("a.example").write("a");
    }

    @AfterEach
    void release() {
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionResumesOnTheIndexOfAReload(String version) throws SSLException {
        CertificateIndex before = lab.build(block("public", INTERMEDIATE, certificate(leaf)), tickets);
        connect(before, version);
        connect(before, version);
        assertThat(client.fullHandshakes()).isEqualTo(1);
        CertificateIndex after = lab.build(block("public", INTERMEDIATE, certificate(leaf)), tickets);
        before.close();
        connect(after, version);
        assertThat(client.fullHandshakes()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void s01ASessionDoesNotResumeInAnotherBlockEvenWithTheSameKeys(String version) throws SSLException {
        connect(lab.build(block("public", INTERMEDIATE, certificate(leaf)), tickets), version);
        connect(lab.build(block("internal", INTERMEDIATE, certificate(leaf)), tickets), version);
        assertThat(client.fullHandshakes()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void s05TheKeyBeforeTheNewestStillOpensTicketsAndTheOneBeforeDoesNot(String version) throws SSLException {
        CertificateIndex index = lab.build(block("public", INTERMEDIATE, certificate(leaf)), tickets);
        connect(index, version);
        tickets.rotate();
        index.renewTicketKeys(tickets);
        connect(index, version);
        assertThat(client.fullHandshakes()).isEqualTo(1);
        tickets.rotate();
        tickets.rotate();
        index.renewTicketKeys(tickets);
        connect(index, version);
        assertThat(client.fullHandshakes()).isEqualTo(2);
    }

    private void connect(CertificateIndex index, String version) throws SSLException {
        TlsTarget target = Objects.requireNonNull(index.match("a.example"));
        client.connect(target, "a.example", parameters -> parameters.setProtocols(new String[] {version}));
    }
}

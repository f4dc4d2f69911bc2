package io.portcullis.tls;

import static io.portcullis.tls.TlsLab.INTERMEDIATE;
import static io.portcullis.tls.TlsLab.MODERN;
import static io.portcullis.tls.TlsLab.block;
import static io.portcullis.tls.TlsLab.certificate;
import static io.portcullis.tls.TlsLab.clients;
import static io.portcullis.tls.TlsLab.host;
import static io.portcullis.tls.TlsLab.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.config.TlsConfig;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResumptionTest {
    private static final Duration ROTATE = Duration.ofHours(12);
    private static final byte[] SECRET = "a secret of more than 32 characters".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER = "another one of more than 32 characters".getBytes(StandardCharsets.US_ASCII);

    private final TlsLab lab = new TlsLab();
    private final EngineClient client = new EngineClient();
    private final MovingClock clock = new MovingClock();
    private final TicketKeys tickets = TicketKeys.own(ROTATE, clock);

    @TempDir
    Path dir;

    private TestCertificates ca;
    private TestLeaf leaf;

    @BeforeEach
    void authority() {
        ca = TestCertificates.in(dir);
        leaf = ca.leaf("a.example", "b.example").write("a");
    }

    @AfterEach
    void release() {
        lab.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionResumesOnTheIndexOfAReload(String version) throws SSLException {
        CertificateIndex before = lab.build(site("public", INTERMEDIATE), tickets);
        connect(before, version);
        connect(before, version);
        assertThat(client.fullHandshakes()).isEqualTo(1);
        CertificateIndex after = lab.build(site("public", INTERMEDIATE), tickets);
        before.close();
        connect(after, version);
        assertThat(client.fullHandshakes()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionResumesWithARenewedCertificate(String version) throws SSLException {
        CertificateIndex before = lab.build(site("public", INTERMEDIATE), tickets);
        connect(before, version);
        leaf = ca.leaf("a.example", "b.example").write("a");
        CertificateIndex after = lab.rebuild(site("public", INTERMEDIATE), before);
        before.close();
        connect(after, version);
        assertThat(client.fullHandshakes()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void s01ASessionDoesNotResumeInAnotherBlockEvenWithTheSameKeys(String version) throws SSLException {
        connect(lab.build(site("public", INTERMEDIATE), tickets), version);
        connect(lab.build(site("internal", INTERMEDIATE), tickets), version);
        assertThat(client.fullHandshakes()).isEqualTo(2);
    }

    @Test
    void s01ASessionDoesNotResumeUnderAnotherPolicy() throws SSLException {
        CertificateIndex index =
                lab.build(with(site("public", INTERMEDIATE), host("b.example", MODERN, null)), tickets);
        connect(index, "a.example", "TLSv1.3");
        connect(index, "b.example", "TLSv1.3");
        connect(index, "b.example", "TLSv1.3");
        assertThat(client.fullHandshakes()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void s01ASessionOfANameThatAsksForNothingDoesNotResumeWhereCertificatesAreAskedFor(String version)
            throws SSLException {
        TlsConfig config =
                with(site("public", INTERMEDIATE), host("b.example", INTERMEDIATE, clients(true, ca.rootFile())));
        CertificateIndex index = lab.build(config, tickets);
        connect(index, "a.example", version);
        assertThatThrownBy(() -> connect(index, "b.example", version))
                .as("a full handshake, which asks for a certificate")
                .isInstanceOf(SSLException.class);
    }

    /** The way in that one session-id context and one set of keys for all contexts leave open (CVE-2025-23419). */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void s01NorWhereTheSessionIsOfAnOptionalCertificateThatWasNotShown(String version) throws SSLException {
        TlsConfig config = with(
                site("public", INTERMEDIATE),
                host("a.example", INTERMEDIATE, clients(false, ca.rootFile())),
                host("b.example", INTERMEDIATE, clients(true, ca.rootFile())));
        CertificateIndex index = lab.build(config, tickets);
        connect(index, "a.example", version);
        assertThatThrownBy(() -> connect(index, "b.example", version)).isInstanceOf(SSLException.class);
    }

    @Test
    void s01GroupsHaveKeysOfTheirOwn() {
        assertThat(sealing(1)).isNotEqualTo(sealing(2));
        assertThat(sealing(1)).isEqualTo(sealing(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void s05TheKeyBeforeTheNewestStillOpensTicketsAndTheOneBeforeDoesNot(String version) throws SSLException {
        CertificateIndex index = lab.build(site("public", INTERMEDIATE), tickets);
        connect(index, version);
        rotate(index);
        connect(index, version);
        assertThat(client.fullHandshakes()).isEqualTo(1);
        rotate(index);
        rotate(index);
        connect(index, version);
        assertThat(client.fullHandshakes()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void s05AnotherNodeWithTheSameSecretResumesTheSession(String version) throws SSLException {
        connect(lab.build(site("public", INTERMEDIATE), shared(SECRET)), version);
        connect(lab.build(site("public", INTERMEDIATE), shared(SECRET)), version);
        assertThat(client.fullHandshakes()).isEqualTo(1);
        connect(lab.build(site("public", INTERMEDIATE), shared(OTHER)), version);
        assertThat(client.fullHandshakes()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void s05AnotherNodeWithTheSameSecretResumesNoSessionOfAnotherGroup(String version) throws SSLException {
        connect(lab.build(site("public", INTERMEDIATE), shared(SECRET)), version);
        connect(lab.build(site("internal", INTERMEDIATE), shared(SECRET)), version);
        assertThat(client.fullHandshakes()).isEqualTo(2);
    }

    @Test
    void s05ASecretThatIsBeingReplacedStillOpensTickets() throws SSLException {
        connect(lab.build(site("public", INTERMEDIATE), shared(SECRET)), "TLSv1.2");
        connect(lab.build(site("public", INTERMEDIATE), shared(OTHER, SECRET)), "TLSv1.2");
        assertThat(client.fullHandshakes()).isEqualTo(1);
        connect(lab.build(site("public", INTERMEDIATE), shared(OTHER)), "TLSv1.2");
        assertThat(client.fullHandshakes()).as("sealed anew by then").isEqualTo(1);
    }

    @Test
    void s05ANodeWhoseClockIsAheadIsUnderstood() throws SSLException {
        MovingClock ahead = new MovingClock();
        ahead.forward(ROTATE);
        TlsConfig.Tickets settings = new TlsConfig.Tickets(ROTATE, null);
        connect(
                lab.build(site("public", INTERMEDIATE), TicketKeys.shared(settings, List.of(SECRET), ahead)),
                "TLSv1.3");
        connect(lab.build(site("public", INTERMEDIATE), shared(SECRET)), "TLSv1.3");
        assertThat(client.fullHandshakes()).isEqualTo(1);
    }

    @Test
    void s05KeysOfThisProcessAreForgottenAfterTheNextEpoch() {
        byte[] first = sealing(1);
        clock.forward(ROTATE);
        assertThat(tickets.of(new byte[] {1})).hasSize(2);
        assertThat(tickets.of(new byte[] {1})[1].name()).isEqualTo(first);
        assertThat(sealing(1)).isNotEqualTo(first);
        clock.forward(ROTATE.multipliedBy(2));
        assertThat(tickets.of(new byte[] {1})).hasSize(1);
    }

    /** The name of the key that seals for a group; its secrets come from the same bytes. */
    private byte[] sealing(int group) {
        return tickets.of(new byte[] {(byte) group})[0].name();
    }

    private TlsConfig site(String name, TlsConfig.Policy policy) {
        return block(name, policy, certificate(leaf));
    }

    private TicketKeys shared(byte[]... secrets) {
        return TicketKeys.shared(new TlsConfig.Tickets(ROTATE, null), List.of(secrets), clock);
    }

    private void rotate(CertificateIndex index) {
        clock.forward(ROTATE);
        index.renewTicketKeys();
    }

    private void connect(CertificateIndex index, String version) throws SSLException {
        connect(index, "a.example", version);
    }

    /** To the context for {@code name}; the client takes all for one host, so it offers the session it has. */
    private void connect(CertificateIndex index, String name, String version) throws SSLException {
        TlsTarget target = Objects.requireNonNull(index.match(name));
        client.connect(target, "a.example", parameters -> parameters.setProtocols(new String[] {version}));
    }
}

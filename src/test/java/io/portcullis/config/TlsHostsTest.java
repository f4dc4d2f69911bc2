package io.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Terms of single hosts, client certificates, tickets, certificates by folder. */
class TlsHostsTest {
    /** Three lines; what is added begins on line 4. */
    private static final String USED =
            """
            listeners.https { bind = "127.0.0.1:8443", tls = t }
            routes = [ { respond {} } ]
            tls.t.certificates = [ { chain = c.pem, key = c.key } ]
            """;

    @TempDir
    Path temp;

    private ConfigFolder folder;

    @BeforeEach
    void folder() {
        folder = new ConfigFolder(temp).certificate("c").file("ca.pem", "");
    }

    private TlsConfig tls(String more) {
        return Objects.requireNonNull(folder.config(USED + more).tls().get("t"));
    }

    private List<String> problems(String more) {
        return folder.problems(USED + more);
    }

    @Test
    void nobodyIsAskedForCertificatesUnlessItIsWritten() {
        assertThat(tls("").terms().clients()).isNull();
        assertThat(tls("").hosts()).isEmpty();
        assertThat(tls("").tickets()).isEqualTo(new TlsConfig.Tickets(Duration.ofHours(12), null));
    }

    @Test
    void aHostInheritsWhatItDoesNotSay() {
        TlsConfig read = tls(
                "tls.t { policy = modern, client-certificates { ca = ca.pem }"
                        + ", hosts = [ { names = a.example }, { names = b.example, client-certificates = off, policy = intermediate } ] }");
        assertThat(read.hosts().get(0).terms()).isEqualTo(read.terms());
        assertThat(read.hosts().get(1).terms().policy().name()).isEqualTo("intermediate");
        assertThat(read.hosts().get(1).terms().clients()).isNull();
    }

    @Test
    void clientCertificatesHaveDefaults() {
        TlsConfig.ClientCertificates clients = Objects.requireNonNull(
                tls("tls.t.client-certificates { ca = ca.pem }").terms().clients());
        assertThat(clients.required()).isTrue();
        assertThat(clients.depth()).isEqualTo(3);
        assertThat(clients.forward()).isEqualTo(TlsConfig.ClientCertificates.Forward.LEAF);
        assertThat(clients.crls()).isEmpty();
        assertThat(clients.names()).isEmpty();
    }

    @Test
    void aHostNeedsNames() {
        assertThat(problems("tls.t.hosts = [ { policy = modern } ]"))
                .containsExactly("x.conf:4: tls.t.hosts[0].names: missing: expected the host names it is for; write"
                        + " names = [\"admin.example.com\"]");
    }

    @Test
    void aNameStandsInOneEntry() {
        assertThat(problems("tls.t.hosts = [ { names = a.example }\n{ names = [b.example, a.example] } ]"))
                .containsExactly(
                        "x.conf:5: tls.t.hosts[1].names: a.example stands in two entries of hosts; name it once");
    }

    @Test
    void clientCertificatesNeedAnAuthority() {
        assertThat(problems("tls.t.client-certificates { mode = optional }"))
                .containsExactly("x.conf:4: tls.t.client-certificates.ca: missing: expected the authorities' PEM file;"
                        + " write ca = \"clients.pem\"");
    }

    @Test
    void anAuthorityThatIsNotThereIsAnError() {
        assertThat(problems("tls.t.client-certificates { ca = none.pem, crl = [ none.crl ] }"))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("no such file: none."));
    }

    @Test
    void clientCertificatesAreABlockOrOff() {
        assertThat(problems("tls.t.client-certificates = on"))
                .containsExactly("x.conf:4: tls.t.client-certificates: expected off or a block, found \"on\"; write"
                        + " client-certificates { ca = \"clients.pem\" }");
    }

    @Test
    void suitesOfTls13AreRefusedInAHostToo() {
        assertThat(
                        problems(
                                "tls.t.hosts = [ { names = a.example\npolicy { custom { ciphers-1-2 = [TLS_AES_128_GCM_SHA256] } } } ]"))
                .singleElement()
                .asString()
                .startsWith(
                        "x.conf:5: tls.t.hosts[0].policy.custom.ciphers-1-2[0]: the suite \"TLS_AES_128_GCM_SHA256\" cannot");
    }

    @Test
    void ticketsRotateWithinDaysAndTheSecretIsKept() {
        assertThat(problems("tls.t.tickets { rotate = 4 days }"))
                .containsExactly(
                        "x.conf:4: tls.t.tickets.rotate: expected a duration from 1 s to 3 d, found \"4 days\";"
                                + " write a value within the range");
        folder.file("tickets", "").mode("tickets", "rw-r--r--");
        assertThat(problems("tls.t.tickets { secret-file = tickets }"))
                .singleElement()
                .asString()
                .contains("can be read by every user");
    }

    @Test
    void aFolderIsReadByTheNamesOfItsFiles() {
        folder.certificate("certs/b.example")
                .certificate("certs/a.example")
                .file("certs/both.pem", "")
                .file("certs/ca.pem", "")
                .file("certs/.hidden.pem", "")
                .file("certs/notes.txt", "")
                .file("certs/live/fullchain.pem", "")
                .file("certs/live/privkey.pem", "")
                .file("certs/secret/tls.crt", "")
                .file("certs/secret/tls.key", "");
        List<TlsConfig.Certificate> found = Objects.requireNonNull(
                        folder.config(USED.replaceAll("tls.t.certificates = .*", "tls.t.certificates-dir = certs"))
                                .tls()
                                .get("t"))
                .certificates();
        assertThat(found)
                .allMatch(TlsConfig.Certificate::found)
                .extracting(each -> temp.relativize(each.chain().toAbsolutePath()) + " "
                        + temp.relativize(Objects.requireNonNull(each.key()).toAbsolutePath()))
                .containsExactly(
                        "certs/a.example.pem certs/a.example.key",
                        "certs/b.example.pem certs/b.example.key",
                        "certs/both.pem certs/both.pem",
                        "certs/live/fullchain.pem certs/live/privkey.pem",
                        "certs/secret/tls.crt certs/secret/tls.key");
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        assertThat(problems("tls.t.certificates-dir = none"))
                .containsExactly(
                        "x.conf:4: tls.t.certificates-dir: no such folder: none; write NAME.pem with chain and key"
                                + " in it, or NAME.pem and NAME.key");
    }
}

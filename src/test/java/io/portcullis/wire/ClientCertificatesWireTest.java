package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawBlock;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawHttp2;
import io.portcullis.testkit.RawRequest;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import io.portcullis.testkit.TestCertificates;
import io.portcullis.testkit.TestLeaf;
import io.portcullis.testkit.TlsOffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that ask clients for certificates: who is let in, what the backend hears, and what no other name opens. */
class ClientCertificatesWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public {
              certificates = [ { chain = "site.pem", key = "site.key" } ]
              hosts = [ { names = ["admin.example.com"], client-certificates { ca = "clients/ca.pem" MORE } } ]
            }
            upstreams.app { endpoints = ["{origin}"] }
            routes = [ { upstream = app } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;
    private TestCertificates clients;
    private TestLeaf alice;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        clients = TestCertificates.in(Files.createDirectories(proxy.dir().resolve("clients")));
        alice = clients.leaf("alice.staff.example").client().write("alice");
        proxy.origin().answer(Script.ok("ok"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aRequiredCertificateLetsInAndTheBackendHearsOfIt(String version) throws Exception {
        start("");
        RawRequest seen = asked(admin().showing(alice).protocols(version), "");
        assertThat(certificate(seen)).isEqualTo(alice.certificate());
        assertThat(seen.values("Client-Cert-Chain")).isEmpty();
    }

    @Test
    void theChainIsPassedOnWhereItIsAskedFor() throws Exception {
        TestLeaf below =
                clients.intermediate("Below").leaf("bob.staff.example").client().write("bob");
        start(", forward = chain");
        RawRequest seen = asked(admin().showing(below), "");
        assertThat(certificate(seen)).isEqualTo(below.certificate());
        assertThat(seen.values("Client-Cert-Chain"))
                .containsExactly(item(below.chain().get(1)));
    }

    @Test
    void nothingIsPassedOnWhereThatIsOff() throws Exception {
        start(", forward = off");
        assertThat(asked(admin().showing(alice), "").values("Client-Cert")).isEmpty();
    }

    /** RFC 9440 §4: what a client says of certificates itself is never believed. */
    @Test
    void aClientsOwnCopiesOfTheFieldsAreRemoved() throws Exception {
        start("");
        String lies = "Client-Cert: :AAAA:\r\nclient_cert: :AAAA:\r\nClient-Cert-Chain: :AAAA:\r\n";
        RawRequest seen = asked(admin().showing(alice), lies);
        assertThat(certificate(seen)).isEqualTo(alice.certificate());
        assertThat(seen.values("client_cert")).isEmpty();
        assertThat(seen.values("Client-Cert-Chain")).isEmpty();
        RawRequest open = asked(site.offer(), lies);
        assertThat(open.values("Client-Cert")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whoShowsNoneIsRefusedWhereOneIsRequired(String version) throws Exception {
        start("");
        isRefused(admin().protocols(version), "client_certificate_missing");
    }

    @Test
    void whoShowsNoneIsLetInWhereItIsOptional() throws Exception {
        start(", mode = optional");
        assertThat(asked(admin(), "").values("Client-Cert")).isEmpty();
        assertThat(certificate(asked(admin().showing(alice), ""))).isEqualTo(alice.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"required", "optional"})
    void aCertificateOfAnotherAuthorityIsRefused(String mode) throws Exception {
        TestCertificates others =
                TestCertificates.in(Files.createDirectories(proxy.dir().resolve("others")));
        TestLeaf mallory = others.leaf("alice.staff.example").client().write("mallory");
        start(", mode = " + mode);
        // The JDK shows nothing that the server does not list; openssl does.
        assertThat(openssl(mallory)).contains("alert number 48").doesNotContain("200 OK");
        site.awaitFailures("client_certificate_refused", 1);
    }

    @Test
    void anExpiredCertificateAndAServersAreRefused() throws Exception {
        start("");
        isRefused(admin().showing(clients.leaf("old").client().expired().write("old")), "client_certificate_refused");
        assertThat(openssl(clients.leaf("alice.staff.example").write("server"))).doesNotContain("200 OK");
        site.awaitFailures("client_certificate_refused", 2);
    }

    @Test
    void aChainLongerThanDepthIsRefused() throws Exception {
        TestLeaf below =
                clients.intermediate("Below").leaf("bob.staff.example").client().write("bob");
        start(", depth = 0");
        assertThat(asked(admin().showing(alice), "").values("Client-Cert")).hasSize(1);
        isRefused(admin().showing(below), "client_certificate_refused");
    }

    @Test
    void onlyNamesThatAreAllowedAreLetIn() throws Exception {
        start(", names = [\"*.staff.example\", \"robot 7\"]");
        asked(admin().showing(alice), "");
        asked(admin().showing(clients.leaf("robot 7").client().write("robot")), "");
        isRefused(admin().showing(clients.leaf("eve.example").client().write("eve")), "client_certificate_refused");
    }

    @Test
    void s04ARevokedCertificateIsRefusedAndAListThatIsOutOfDateRefusesAll() throws Exception {
        TestLeaf bob = clients.leaf("bob.staff.example").client().write("bob");
        clients.revocationList("list.crl", Duration.ofDays(1), bob.certificate());
        start(", crl = \"clients/list.crl\"");
        asked(admin().showing(alice), "");
        isRefused(admin().showing(bob), "client_certificate_refused");
        assertThat(openssl(bob)).contains("alert number 44");
        clients.revocationList("list.crl", Duration.ofDays(-1));
        proxy.reload();
        isRefused(admin().showing(alice), "client_certificate_refused");
    }

    /** A session that was made before is no way round the list. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsProgram("openssl")
    void s02AResumedSessionIsDecidedOnAgain(String version) throws Exception {
        clients.revocationList("list.crl", Duration.ofDays(1));
        start(", crl = \"clients/list.crl\"");
        String session = proxy.dir().resolve("session").toString();
        assertThat(openssl(alice, version, "-sess_out", session)).contains("200 OK");
        String again = openssl(alice, version, "-sess_in", session);
        assertThat(again).contains("200 OK").contains("Reused, ");
        assertThat(proxy.origin().requests().getLast().values("Client-Cert")).hasSize(1);
        clients.revocationList("list.crl", Duration.ofDays(1), alice.certificate());
        proxy.reload();
        assertThat(openssl(alice, version, "-sess_in", session)).doesNotContain("200 OK");
        site.awaitFailures("client_certificate_refused", 1);
    }

    @Test
    void s03AnAuthorityThatCannotBeReadOpensNothing() throws Exception {
        Path file = proxy.dir().resolve("clients/ca.pem");
        Files.writeString(file, "no certificate");
        assertThatThrownBy(() -> start("")).hasMessageContaining("ca.pem");
        Files.delete(file);
        assertThatThrownBy(() -> start("")).hasMessageContaining("ca.pem");
    }

    @Test
    void s03ARevocationListThatCannotBeReadOpensNothing() throws Exception {
        Files.writeString(proxy.dir().resolve("clients/list.crl"), "no list");
        assertThatThrownBy(() -> start(", crl = \"clients/list.crl\"")).hasMessageContaining("list.crl");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"admin.example.com", "ADMIN.example.com.", "admin.example.com:443", "unknown.example", "[::1]"})
    void p05AHostThatAsksForCertificatesIsNotReachedByAnotherName(String host) throws Exception {
        start("");
        RawResponse answer = answered(site.offer(), host, "");
        assertThat(answer.status()).isEqualTo(421);
        assertThat(answer.values("Cache-Control")).containsExactly("no-store");
        assertThat(proxy.origin().requests()).isEmpty();
    }

    @Test
    void p05NorIsAnOpenHostReachedByTheNameThatAsks() throws Exception {
        start("");
        assertThat(answered(admin().showing(alice), "example.com", "").status()).isEqualTo(421);
        assertThat(answered(admin().showing(alice), "admin.example.com", "").status())
                .isEqualTo(200);
    }

    @Test
    void p05HostsOfOneGroupShareAConnectionAlsoAfterA421() throws Exception {
        start("");
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer())) {
            for (String host : new String[] {"example.com", "admin.example.com", "www.example.com"}) {
                client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
                assertThat(client.readResponse().status()).isEqualTo(host.startsWith("admin") ? 421 : 200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin.example.com", "unknown.example"})
    void t24AStreamForAnotherNameIsMisdirectedAndTheOthersGoOn(String host) throws Exception {
        start("");
        try (RawHttp2 client = RawHttp2.tls(proxy.port("https"), site.offer())) {
            int other = client.open(true, RawBlock.forHost(host));
            int own = client.open(true, RawBlock.forHost("example.com"));
            assertThat(client.answer(other).status()).isEqualTo(421);
            assertThat(client.answer(own).status()).isEqualTo(200);
            assertThat(proxy.origin().requests()).hasSize(1);
        }
    }

    @Test
    void p06AClientWithoutANameIsNotLetInToWhatAsksForCertificates() throws Exception {
        start("");
        assertThatThrownBy(() -> RawClient.tls(proxy.port("https"), TlsOffer.trusting(site.rootFile())))
                .isInstanceOf(IOException.class);
        site.awaitFailures("unrecognized_name", 1);
    }

    @Test
    void p07A421HasItsKindInTheMeters() throws Exception {
        start("");
        answered(site.offer(), "admin.example.com", "");
        assertThat(proxy.scrape().sum("portcullis_failures_total", "kind=\"misdirected_request\"", "side=\"client\""))
                .isEqualTo(1);
    }

    private void start(String more) throws Exception {
        proxy.start(CONFIG.replace(" MORE", more));
    }

    private TlsOffer admin() {
        return site.offer().named("admin.example.com");
    }

    private RawRequest asked(TlsOffer offer, String fields) throws IOException {
        String host = Objects.requireNonNull(offer.serverName());
        assertThat(answered(offer, host, fields).status()).isEqualTo(200);
        return proxy.origin().requests().getLast();
    }

    private RawResponse answered(TlsOffer offer, String host, String fields) throws IOException {
        try (RawClient client = RawClient.tls(proxy.port("https"), offer)) {
            client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n");
            return client.readResponse();
        }
    }

    /** In TLS 1.3 a client hears of it only after it has begun to send. */
    private void isRefused(TlsOffer offer, String reason) throws IOException {
        double before = site.failures(reason);
        int requests = proxy.origin().requestCount();
        assertThatThrownBy(() -> answered(offer, "admin.example.com", ""))
                .isInstanceOfAny(IOException.class, AssertionError.class);
        site.awaitFailures(reason, (int) before + 1);
        assertThat(proxy.origin().requestCount()).isEqualTo(requests);
    }

    private String openssl(TestLeaf shown, String... more) {
        return site.opensslRequest("admin.example.com", shown, more);
    }

    private static X509Certificate certificate(RawRequest seen) {
        assertThat(seen.values("Client-Cert")).hasSize(1);
        String value = seen.values("Client-Cert").getFirst();
        assertThat(value).startsWith(":").endsWith(":");
        return TestCertificates.decoded(Base64.getDecoder().decode(value.substring(1, value.length() - 1)));
    }

    private static String item(X509Certificate certificate) throws Exception {
        return ":" + Base64.getEncoder().encodeToString(certificate.getEncoded()) + ":";
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.OcspAnswer;
import io.portcullis.testkit.OcspResponder;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.Scrape;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OCSP answers on their way from a responder to clients. */
class OcspStaplingWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public {
              certificates = [ { chain = "{site}/stapled.pem", key = "{site}/stapled.key" } ]
              ocsp.timeout = 500 ms
            }
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;

    private static final String GOOD = "Cert Status: good";
    private static final String NONE = "OCSP response: no response sent";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final ProxyExtension node = new ProxyExtension();

    private HttpsSite site;
    private OcspResponder responder;

    @BeforeEach
    void begin() throws Exception {
        site = HttpsSite.of(proxy);
        responder = OcspResponder.that(serial -> good().of(serial));
        proxy.word("site", proxy.dir());
        node.word("site", proxy.dir());
    }

    @AfterEach
    void end() {
        responder.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    @NeedsProgram("openssl")
    void s14AGoodAnswerIsStapledToTheNextHandshake(String version) throws Exception {
        site.authority().leaf("example.com").responder(responder.address()).write("stapled");
        proxy.start(CONFIG);
        awaitAnswer("good");
        awaitStaple();
        assertThat(status("example.com", version)).contains(GOOD).contains("Verify return code: 0");
        assertThat(status("example.com", version, "-alpn", "h2")).contains(GOOD).contains("ALPN protocol: h2");
        assertThat(site.openssl("-servername", "example.com", version)).doesNotContain(GOOD);
        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    @NeedsProgram("openssl")
    void s14EachCertificateOfADualSetBringsItsOwn() throws Exception {
        TestLeaf ec = site.authority()
                .leaf("example.com")
                .responder(responder.address())
                .write("stapled");
        TestLeaf rsa = site.authority()
                .leaf("example.com")
                .rsa(2048)
                .responder(responder.address())
                .write("rsa");
        proxy.start(
                CONFIG
                        + "tls.public.certificates = ${tls.public.certificates} [ { chain = \"{site}/rsa.pem\", key = \"{site}/rsa.key\" } ]\n");
        awaitStaple();
        Await.until(() -> stapled() == 2, "two staples");
        for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
            assertThat(status("example.com", version, "-sigalgs", "ecdsa_secp256r1_sha256"))
                    .contains(GOOD)
                    .contains("Serial Number: " + number(ec));
            assertThat(status("example.com", version, "-sigalgs", "rsa_pss_rsae_sha256:rsa_pkcs1_sha256"))
                    .contains(GOOD)
                    .contains("Serial Number: " + number(rsa));
        }
    }

    @Test
    @NeedsProgram("openssl")
    void s14ANamesOwnContextBringsItsCertificatesStaple() throws Exception {
        site.authority().leaf("example.com").responder(responder.address()).write("stapled");
        site.authority().leaf("other.example").write("other");
        proxy.start(
                CONFIG
                        + "tls.public.certificates = ${tls.public.certificates} [ { chain = \"{site}/other.pem\", key = \"{site}/other.key\" } ]\n");
        awaitStaple();
        assertThat(status("example.com")).contains(GOOD);
        assertThat(status("other.example")).contains(NONE);
        assertThat(proxy.scrape().sum("portcullis_certificate_staple_seconds", "certificate=\"public:other.pem\""))
                .as("a certificate without a responder is none to look after")
                .isZero();
    }

    @Test
    @NeedsProgram("openssl")
    void s14ADelegatedRespondersAnswerIsStapled() throws Exception {
        TestLeaf delegate = site.authority().leaf("Responder").ocspSigner().write("responder");
        responder.answers(serial -> good().signedBy(delegate).of(serial));
        site.authority().leaf("example.com").responder(responder.address()).write("stapled");
        proxy.start(CONFIG);
        awaitStaple();
        assertThat(status("example.com")).contains(GOOD);
    }

    @Test
    @NeedsProgram("openssl")
    void s14AStapleThatWasKeptIsThereFromTheFirstHandshake() throws Exception {
        TestLeaf leaf = site.authority()
                .leaf("example.com")
                .responder(responder.address())
                .write("stapled");
        String kept = CONFIG + "tls.public.ocsp.cache-dir = \"{site}/staples\"\n";
        proxy.start(kept);
        awaitStaple();
        Await.until(() -> Files.exists(cached(leaf)), "the file");
        responder.fallSilent();
        node.start(kept);
        assertThat(site.on(node).openssl("-servername", "example.com", "-status"))
                .contains(GOOD);
        assertThat(responder.asked()).isEqualTo(1);
    }

    @Test
    @NeedsProgram("openssl")
    void s14AKeptStapleThatSomebodyChangedIsNotUsed() throws Exception {
        TestLeaf leaf = site.authority()
                .leaf("example.com")
                .responder(responder.address())
                .write("stapled");
        responder.fallSilent();
        byte[] answer = good().of(leaf.certificate());
        answer[answer.length - 3] ^= 1;
        Files.createDirectories(cached(leaf).getParent());
        Files.write(cached(leaf), answer);
        proxy.start(CONFIG + "tls.public.ocsp.cache-dir = \"{site}/staples\"\n");
        assertThat(status("example.com")).contains(NONE);
    }

    @Test
    @NeedsProgram("openssl")
    void s14AReloadKeepsTheStapleAndOffTakesItAway() throws Exception {
        site.authority().leaf("example.com").responder(responder.address()).write("stapled");
        proxy.start(CONFIG);
        awaitStaple();
        proxy.reload(CONFIG + "tls.public.hsts {}\n");
        assertThat(status("example.com")).contains(GOOD);
        assertThat(responder.asked()).isEqualTo(1);
        proxy.reload(CONFIG + "tls.public.ocsp.stapling = off\n");
        Await.until(() -> status("example.com").contains(NONE), "no staple");
    }

    private OcspAnswer good() {
        return OcspAnswer.of(site.authority());
    }

    private String status(String name, String... options) {
        String[] all = Stream.concat(Stream.of("-status", "-servername", name), Arrays.stream(options))
                .toArray(String[]::new);
        return site.openssl(all);
    }

    private void awaitAnswer(String result) {
        Await.until(() -> answers(result) >= 1, "an answer that is " + result);
    }

    private void awaitStaple() {
        Await.until(() -> stapled() >= 1, "a staple that is served");
    }

    private double answers(String result) {
        return sum("portcullis_ocsp_answers_total", "result=\"" + result + "\"");
    }

    private long stapled() {
        return scrape().samples().stream()
                .filter(sample -> sample.name().equals("portcullis_certificate_staple_seconds"))
                .filter(sample -> sample.value() > 0)
                .count();
    }

    private double sum(String name, String label) {
        return scrape().sum(name, label);
    }

    private Scrape scrape() {
        try {
            return proxy.scrape();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path cached(TestLeaf leaf) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(leaf.certificate().getEncoded());
            return leaf.chainFile()
                    .resolveSibling("staples")
                    .resolve(HexFormat.of().formatHex(digest) + ".ocsp");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As openssl writes it. */
    private static String number(TestLeaf leaf) {
        return HexFormat.of()
                .withUpperCase()
                .formatHex(positive(leaf.certificate().getSerialNumber().toByteArray()));
    }

    private static byte[] positive(byte[] number) {
        return number[0] == 0 && number.length > 1 ? Arrays.copyOfRange(number, 1, number.length) : number;
    }
}

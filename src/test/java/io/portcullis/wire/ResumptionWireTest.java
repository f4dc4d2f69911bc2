package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.ProxyExtension;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that go on: after a reload, on another node, and never where they must not. */
@NeedsProgram("openssl")
class ResumptionWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public {
              certificates = [ { chain = "{site}/site.pem", key = "{site}/site.key" } ]
              hosts = [ { names = ["admin.example.com"], policy { custom { groups = [X25519] } } } ]
              tickets { SECRET }
            }
            routes = [ { respond { body = "here" } } ]
            access-log { format = off }
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @RegisterExtension
    final ProxyExtension node = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        proxy.word("site", proxy.dir());
        node.word("site", proxy.dir());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aSessionGoesOnAndTheMetersTellTheShare(String version) throws Exception {
        proxy.start(config(""));
        begin(version);
        assertThat(again(site, "example.com", version)).contains("Reused, ");
        assertThat(proxy.scrape().sum("portcullis_tls_handshakes_total", "resumed=\"false\""))
                .isEqualTo(1);
        assertThat(proxy.scrape().sum("portcullis_tls_handshakes_total", "resumed=\"true\""))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void aReloadWithARenewedCertificateBreaksNoSession(String version) throws Exception {
        proxy.start(config(""));
        begin(version);
        site.authority().leaf("example.com", "*.example.com", "localhost").write("site");
        proxy.reload();
        assertThat(again(site, "example.com", version)).contains("Reused, ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void s01ASessionOfOneNameIsNoneUnderAnothersPolicy(String version) throws Exception {
        proxy.start(config(""));
        begin(version);
        assertThat(again(site, "admin.example.com", version)).contains("New, ").doesNotContain("Reused, ");
        assertThat(again(site, "www.example.com", version)).contains("Reused, ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void s05NodesWithOneSecretResumeEachOthersSessions(String version) throws Exception {
        Files.writeString(proxy.dir().resolve("tickets"), "0123456789abcdef0123456789abcdef-secret\n");
        proxy.start(config("secret-file = \"{site}/tickets\""));
        node.start(config("secret-file = \"{site}/tickets\""));
        begin(version);
        assertThat(again(site.on(node), "example.com", version)).contains("Reused, ");
        assertThat(again(site.on(node), "admin.example.com", version)).doesNotContain("Reused, ");
    }

    /** Nobody reloads or restarts: the clock does it. */
    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void s05KeysRotateByThemselvesAndAnOldTicketIsWorthNothing(String version) throws Exception {
        proxy.start(config("rotate = 1 s"));
        begin(version);
        Await.until(() -> isNew(version), "a full handshake, for the ticket's key is gone");
    }

    private boolean isNew(String version) {
        try {
            return again(site, "example.com", version).contains("New, ");
        } catch (IOException e) {
            throw new AssertionError("no handshake", e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void s05NodesWithoutASecretDoNot(String version) throws Exception {
        proxy.start(config(""));
        node.start(config(""));
        begin(version);
        assertThat(again(site.on(node), "example.com", version)).contains("New, ");
    }

    private static String config(String secret) {
        return CONFIG.replace("SECRET", secret);
    }

    private void begin(String version) throws IOException {
        assertThat(site.opensslRequest("example.com", null, version, "-sess_out", session()))
                .contains("New, ")
                .contains("200 OK");
    }

    private String again(HttpsSite where, String name, String version) throws IOException {
        String seen = where.opensslRequest(name, null, version, "-sess_in", session());
        assertThat(seen).contains("200 OK");
        return seen;
    }

    private String session() throws IOException {
        return proxy.dir().resolve("session").toString();
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.TestLeaf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Certificates that change while they are served, and what is told of them. */
class HotCertificatesWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates-dir = "{dir}/certs"
            routes = [ { respond { body = "one" } } ]
            access-log { format = off }
            reload.settle = 20 ms
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;
    private Path certs;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
        certs = Files.createDirectories(proxy.dir().resolve("certs"));
    }

    @Test
    void aCertificateThatAppearsInTheFolderIsServedAndOneThatGoesIsNot() throws Exception {
        put("site", leaf("example.com"));
        proxy.start(CONFIG);
        put("shop", leaf("shop.example"));
        Await.until(() -> served("shop.example") != null, "the new certificate");
        Files.delete(certs.resolve("shop.pem"));
        Await.until(() -> served("shop.example") == null, "no certificate for it");
        assertThat(served("example.com")).isNotNull();
    }

    /** As Kubernetes mounts a secret: links to {@code ..data/…}, which is a link that is swapped. */
    @Test
    void aSecretOfKubernetesIsTakenUpWhenItsLinkIsSwapped() throws Exception {
        Path secret = Files.createDirectories(certs.resolve("example"));
        version(secret, "..2026_01", leaf("example.com"));
        Files.createSymbolicLink(secret.resolve("..data"), Path.of("..2026_01"));
        Files.createSymbolicLink(secret.resolve("tls.crt"), Path.of("..data/tls.crt"));
        Files.createSymbolicLink(secret.resolve("tls.key"), Path.of("..data/tls.key"));
        proxy.start(CONFIG);
        X509Certificate before = served("example.com");
        TestLeaf fresh = leaf("example.com");
        version(secret, "..2026_02", fresh);
        Path draft = Files.createSymbolicLink(secret.resolve("..data_tmp"), Path.of("..2026_02"));
        Files.move(draft, secret.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        Await.until(() -> !Objects.equals(served("example.com"), before), "the new certificate");
        assertThat(served("example.com")).isEqualTo(fresh.certificate());
        assertThat(changes("taken")).isEqualTo(1);
    }

    @Test
    void aBadOneIsRefusedTheOldStaysAndEverybodyIsTold() throws Exception {
        TestLeaf good = leaf("example.com");
        put("site", good);
        proxy.start(CONFIG + "reload.watch = off\n");
        assertThat(page()).contains("\"state\":\"same\"").contains("\"lastRefusal\":null");
        put("site", site.authority().leaf("example.com").expired().write("late"));
        RawResponse reloaded = ask("POST", "/reload");
        assertThat(reloaded.status()).isEqualTo(200);
        assertThat(reloaded.body()).contains("refused, the one before stays").contains("expired");
        assertThat(served("example.com")).isEqualTo(good.certificate());
        assertThat(changes("refused")).isEqualTo(1);
        assertThat(page())
                .contains("\"state\":\"bad\"")
                .containsPattern("\"lastRefusal\":\\{\"at\":\"[^\"]+\",\"why\":\\[\"[^\"]*expired");
        proxy.reload();
        assertThat(changes("refused")).as("the same files, judged once").isEqualTo(1);
        TestLeaf mended = leaf("example.com");
        put("site", mended);
        proxy.reload();
        assertThat(served("example.com")).isEqualTo(mended.certificate());
        assertThat(page()).contains("\"state\":\"same\"").contains("\"lastRefusal\":null");
        assertThat(changes("taken")).isEqualTo(1);
    }

    @Test
    void thePageTellsWhatIsServedAndWhatLiesOnDisk() throws Exception {
        put("site", leaf("example.com", "*.example.com"));
        proxy.start(CONFIG + "reload.watch = off\n");
        RawResponse answer = ask("GET", "/certificates");
        assertThat(answer.values("Content-Type")).containsExactly("application/json");
        assertThat(answer.body())
                .contains("\"block\":\"public\"")
                .contains("\"names\":[\"example.com\",\"*.example.com\"]")
                .contains("\"kind\":\"ECDSA P-256\"")
                .containsPattern("\"sha256\":\"[0-9a-f]{64}\"")
                .doesNotContain("PRIVATE");
        put("site", leaf("example.com"));
        assertThat(page()).contains("\"state\":\"changed\"").contains("\"names\":[\"example.com\"]");
        assertThat(ask("POST", "/certificates").status()).isEqualTo(405);
    }

    @Test
    void aNameThatIsLostIsSaid() throws Exception {
        put("site", leaf("example.com", "www.example.com"));
        proxy.start(CONFIG + "reload.watch = off\n");
        put("site", leaf("example.com"));
        assertThat(ask("POST", "/reload").body()).contains("does not cover www.example.com any more");
    }

    private TestLeaf leaf(String... names) {
        return site.authority().leaf(names).write("fresh");
    }

    private void put(String name, TestLeaf leaf) throws IOException {
        Files.move(leaf.keyFile(), certs.resolve(name + ".key"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(leaf.chainFile(), certs.resolve(name + ".pem"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void version(Path secret, String name, TestLeaf leaf) throws IOException {
        Path folder = Files.createDirectories(secret.resolve(name));
        Files.move(leaf.keyFile(), folder.resolve("tls.key"));
        Files.move(leaf.chainFile(), folder.resolve("tls.crt"));
    }

    private @org.jspecify.annotations.Nullable X509Certificate served(String name) {
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer().named(name))) {
            return (X509Certificate) Objects.requireNonNull(client.session()).getPeerCertificates()[0];
        } catch (IOException e) {
            return null;
        }
    }

    private String page() throws IOException {
        return ask("GET", "/certificates").body();
    }

    private RawResponse ask(String method, String path) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            client.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            return client.readResponse();
        }
    }

    private double changes(String result) throws IOException {
        return proxy.scrape().sum("portcullis_certificate_changes_total", "result=\"" + result + "\"");
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Files that change by themselves: configuration, certificates, and what links lead to. */
class FileWatchWireTest {
    private static final String CONFIG =
            """
            listeners { https { bind = "127.0.0.1:0", tls = public } }
            tls.public.certificates = [ { chain = "live/site.pem", key = "live/site.key" } ]
            routes = [ { respond { body = "one" } } ]
            access-log { format = off }
            reload.settle = 20 ms
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void makeCertificates() throws Exception {
        site = HttpsSite.of(proxy);
    }

    /** A folder {@code name} with a certificate of its own, as {@code site.pem} and {@code site.key}. */
    private Path folder(String name) throws IOException {
        site.authority().leaf(HttpsSite.NAME).write("fresh");
        Path folder = Files.createDirectories(proxy.dir().resolve(name));
        for (String end : new String[] {".pem", ".key"}) {
            Files.move(proxy.dir().resolve("fresh" + end), folder.resolve("site" + end));
        }
        return folder;
    }

    @Test
    void aCertificateSwappedByRenameServesTheNextHandshake() throws Exception {
        Path live = folder("live");
        proxy.start(CONFIG);
        BigInteger before = serial();
        Path fresh = folder("other");
        try (RawClient open = site.client()) {
            for (String end : new String[] {".key", ".pem"}) {
                Files.move(fresh.resolve("site" + end), live.resolve("site" + end), StandardCopyOption.ATOMIC_MOVE);
            }
            Await.until(() -> !serial().equals(before), "another certificate");
            assertThat(open.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
                            .readResponse()
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aCertificateSwappedByALinkAboveServesTheNextHandshake() throws Exception {
        Path one = folder("one");
        Path two = folder("two");
        Path live = proxy.dir().resolve("live");
        Files.createSymbolicLink(live, one);
        proxy.start(CONFIG);
        BigInteger before = serial();
        Path draft = Files.createSymbolicLink(proxy.dir().resolve("live.draft"), two);
        Files.move(draft, live, StandardCopyOption.ATOMIC_MOVE);
        Await.until(() -> !serial().equals(before), "another certificate");
        assertThat(site.failures("internal")).isZero();
    }

    @Test
    void aCertificateThatDoesNotFitIsRefusedAndTakenUpOnceItDoes() throws Exception {
        Path live = folder("live");
        proxy.start(CONFIG);
        BigInteger before = serial();
        Path fresh = folder("other");
        Files.move(fresh.resolve("site.pem"), live.resolve("site.pem"), StandardCopyOption.ATOMIC_MOVE);
        Await.until(() -> changes("refused") >= 1, "a refused certificate");
        assertThat(reloads("refused")).isZero();
        assertThat(serial()).isEqualTo(before);
        Files.move(fresh.resolve("site.key"), live.resolve("site.key"), StandardCopyOption.ATOMIC_MOVE);
        Await.until(() -> !serial().equals(before), "another certificate");
    }

    @Test
    void aChangedConfigurationIsTakenUp() throws Exception {
        folder("live");
        proxy.start(CONFIG);
        proxy.write(CONFIG.replace("one", "two"));
        Await.until(() -> reloads("ok") == 1, "a reload");
        try (RawClient client = site.client()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
                            .readResponse()
                            .body())
                    .isEqualTo("two");
        }
    }

    private BigInteger serial() {
        try (RawClient client = site.client()) {
            return ((X509Certificate) Objects.requireNonNull(client.session()).getPeerCertificates()[0])
                    .getSerialNumber();
        } catch (IOException e) {
            throw new AssertionError("no handshake", e);
        }
    }

    private double reloads(String result) {
        return sum("portcullis_reloads_total", result);
    }

    private double changes(String result) {
        return sum("portcullis_certificate_changes_total", result);
    }

    private double sum(String meter, String result) {
        try {
            return proxy.scrape().sum(meter, "result=\"" + result + "\"");
        } catch (IOException e) {
            throw new AssertionError("no scrape", e);
        }
    }
}

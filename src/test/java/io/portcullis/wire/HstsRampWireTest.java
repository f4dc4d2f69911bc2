package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** HSTS that climbs: what clients, the admin listener, the meters and {@code explain} get of it. When it climbs, HstsRampTest tells. */
class HstsRampWireTest {
    private static final String FIELD = "Strict-Transport-Security";

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    private HttpsSite site;

    @BeforeEach
    void makeSite() throws Exception {
        site = HttpsSite.of(proxy);
    }

    @Test
    void aRampBeginsAtFiveMinutesAndEveryViewSaysSo() throws Exception {
        proxy.start(config("mode = ramp"));
        assertThat(sent("example.com")).isEqualTo("max-age=300");
        assertThat(admin("/tls/hsts"))
                .contains("\"tls\":\"public\",\"mode\":\"ramp\",\"header\":\"max-age=300\",\"step\":1,")
                .contains("\"file\":null", "\"neededDays\":1");
        assertThat(admin("/explain?method=GET&url=https://example.com:" + proxy.port("https") + "/"))
                .containsPattern("hsts +max-age=300\n");
        awaitAge(300);
    }

    @Test
    void whatWasKeptGoesOnAfterAStart() throws Exception {
        Path file = kept("WEEK");
        proxy.start(config("mode = ramp, ramp.state-dir = \"ramps\""));
        assertThat(sent("example.com")).isEqualTo("max-age=604800");
        assertThat(admin("/tls/hsts")).contains("\"step\":3,", "\"file\":\"" + file + "\"", "\"next\":\"20");
        awaitAge(604_800);
    }

    @Test
    void aReloadGoesOnWhereItWasAndOtherModesSayTheirs() throws Exception {
        kept("MONTH");
        proxy.start(config("mode = ramp, ramp.state-dir = \"ramps\""));
        proxy.reload(config("mode = ramp, ramp { state-dir = \"ramps\", most-plain = 50 % }"));
        assertThat(sent("example.com")).isEqualTo("max-age=2592000");
        try (RawClient kept = RawClient.tls(proxy.port("https"), site.offer())) {
            assertThat(sent(kept, "example.com")).isEqualTo("max-age=2592000");
            proxy.reload(config("mode = ramp, max-age = 2 d, ramp { state-dir = \"ramps\" }"));
            Await.until(
                    () -> sent(kept, "example.com").equals("max-age=172800"), "an open connection to follow the ramp");
        }
        proxy.reload(config("mode = retire"));
        assertThat(sent("example.com")).isEqualTo("max-age=0");
        awaitAge(0);
        proxy.reload(config("mode = fixed"));
        assertThat(sent("example.com")).isEqualTo("max-age=31536000");
        assertThat(admin("/tls/hsts")).contains("\"mode\":\"fixed\",\"header\":\"max-age=31536000\"}");
    }

    @Test
    void subdomainsAreLeftOutWhileOneThatWasAskedForDoesNotAnswer() throws Exception {
        kept("DAY");
        proxy.start(config("mode = ramp, include-subdomains = true, ramp.state-dir = \"ramps\""));
        assertThat(sent("example.com")).isEqualTo("max-age=86400; includeSubDomains");
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET / HTTP/1.1\r\nHost: inner.example.com\r\n\r\n").readResponse();
        }
        Await.until(() -> sent("example.com").equals("max-age=86400"), "inner.example.com to hold it back");
        assertThat(admin("/tls/hsts")).contains("\"withoutSubdomains\":[\"inner.example.com\"]");
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer().named("inner.example.com"))) {
            assertThat(sent(client, "inner.example.com")).startsWith("max-age=86400");
        }
        Await.until(() -> sent("example.com").endsWith("; includeSubDomains"), "inner.example.com to have answered");
    }

    private static String config(String hsts) {
        return """
                listeners {
                  https { bind = "127.0.0.1:0", tls = public }
                  plain { bind = "127.0.0.1:0" }
                }
                tls.public { certificates = [ { chain = "site.pem", key = "site.key" } ], hsts { %s } }
                routes = [ { respond { body = "here" } } ]
                access-log { format = off }
                """
                .formatted(hsts);
    }

    /** As if it had come to this step yesterday. */
    private Path kept(String step) throws IOException {
        Path file = proxy.dir().resolve("ramps").resolve("public.hsts");
        Files.createDirectories(proxy.dir().resolve("ramps"));
        Instant yesterday = Instant.now().minus(1, ChronoUnit.DAYS);
        Files.writeString(file, "step " + step + "\nsince " + yesterday + "\ngood 1 " + yesterday + "\n");
        return file;
    }

    private String sent(String host) {
        try (RawClient client = RawClient.tls(proxy.port("https"), site.offer())) {
            return sent(client, host);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String sent(RawClient client, String host) {
        try {
            RawResponse answer =
                    client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").readResponse();
            return Objects.requireNonNullElse(answer.value(FIELD), "no field");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String admin(String path) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse()
                    .body();
        }
    }

    private void awaitAge(double seconds) {
        Await.until(
                () -> {
                    try {
                        return proxy.scrape().sum("portcullis_hsts_max_age_seconds", "tls=\"public\"") == seconds;
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                },
                "the meter to show " + seconds);
    }
}

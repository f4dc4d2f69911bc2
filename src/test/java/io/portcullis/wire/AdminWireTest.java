package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the admin listener answers, and to whom it does not. */
class AdminWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension()
            .config(
                    """
                    listeners { plain { bind = "127.0.0.1:0" } }
                    routes = [ { name = site, respond { body = "here" } } ]
                    access-log { format = off }
                    reload.watch = off
                    """);

    @Test
    void livezAndReadyzAnswer() throws Exception {
        assertThat(get("/livez", "").body()).isEqualTo("alive\n");
        assertThat(get("/readyz", "").body()).isEqualTo("ready\n");
        assertThat(get("/none", "").status()).isEqualTo(404);
    }

    @Test
    void metricsArePrometheusTextOrOpenMetricsByAccept() throws Exception {
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").readResponse();
        }
        RawResponse text = get("/metrics", "");
        assertThat(text.value("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(text.body())
                .contains("# TYPE portcullis_requests_total counter")
                .contains("portcullis_requests_total{class=\"2xx\",protocol=\"HTTP/1.1\",route=\"site\"} 1.0")
                .doesNotContain("# EOF");
        RawResponse open = get("/metrics", "Accept: application/openmetrics-text; version=1.0.0\r\n");
        assertThat(open.value("Content-Type")).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(open.body()).contains("# TYPE portcullis_requests counter").endsWith("# EOF\n");
    }

    @Test
    void reloadWantsPost() throws Exception {
        RawResponse answer = get("/reload", "");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.value("Allow")).isEqualTo("POST");
        assertThat(reloads()).isZero();
    }

    @Test
    void reloadAnswersWhenItIsDone() throws Exception {
        assertThat(post("").status()).isEqualTo(200);
        assertThat(reloads()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: https://evil.example\r\n",
                "Origin: null\r\n",
                "Sec-Fetch-Site: cross-site\r\n",
                "Sec-Fetch-Site: same-site\r\n",
                "Sec-Fetch-Site: none\r\nOrigin: http://evil.example\r\n"
            })
    void l09APageOfAnotherSiteCannotReload(String fields) throws Exception {
        RawResponse answer = post(fields);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.head().raw().toLowerCase(java.util.Locale.ROOT)).doesNotContain("access-control");
        assertThat(reloads()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:9901"})
    void l09ANameThatWasReboundToLoopbackIsRefused(String host) throws Exception {
        for (String line : new String[] {"POST /reload", "GET /metrics", "GET /readyz"}) {
            RawResponse answer = ask(line + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n");
            assertThat(answer.status()).isEqualTo(421);
            assertThat(answer.body()).doesNotContain("portcullis_");
        }
        assertThat(reloads()).isZero();
    }

    private double reloads() throws IOException {
        return proxy.scrape().sum("portcullis_reloads_total");
    }

    private RawResponse post(String fields) throws IOException {
        return ask("POST /reload HTTP/1.1\r\nHost: 127.0.0.1:" + proxy.adminPort() + "\r\nContent-Length: 0\r\n"
                + fields + "\r\n");
    }

    private RawResponse get(String path, String fields) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
    }

    private RawResponse ask(String request) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send(request).readResponse();
        }
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/config", "/events", "/failures", "/", "/ui/app.js"})
    void l09APageOfAnotherSiteCannotRead(String path) throws Exception {
        for (String fields : new String[] {
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n",
            "Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n",
            "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n",
            "Origin: https://evil.example\r\n"
        }) {
            RawResponse answer = get(path, "Accept: text/html\r\n" + fields);
            assertThat(answer.status()).as(fields).isEqualTo(403);
            assertThat(answer.head().raw().toLowerCase(java.util.Locale.ROOT)).doesNotContain("access-control");
        }
    }

    @Test
    void l09ALinkThatAPersonFollowsIsShown() throws Exception {
        RawResponse page = get(
                "/",
                "Accept: text/html,*/*\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n");
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("<title>Portcullis</title>");
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html; charset=utf-8",
        "/ui/style.css, text/css; charset=utf-8",
        "/ui/app.js, text/javascript; charset=utf-8",
        "/ui/uplot.js, text/javascript; charset=utf-8",
        "/ui/uplot.css, text/css; charset=utf-8",
        "/ui/icon.svg, image/svg+xml"
    })
    void l09TheDashboardIsFramedByNobodyAndLoadsNothingFromElsewhere(String path, String type) throws Exception {
        RawResponse file = get(path, "Accept: text/html\r\n");
        assertThat(file.status()).isEqualTo(200);
        assertThat(file.value("Content-Type")).isEqualTo(type);
        assertThat(file.value("Content-Security-Policy"))
                .startsWith("default-src 'self'; ")
                .contains("frame-ancestors 'none'", "object-src 'none'", "base-uri 'none'")
                .doesNotContain("unsafe", "*");
        assertThat(file.value("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(file.value("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        if (!path.contains("uplot")) {
            assertThat(file.body()).doesNotContain("https://", "//cdn", "style=\"", "<style", "innerHTML");
        }
    }

    @Test
    void theDashboardHasOnlyItsOwnFiles() throws Exception {
        for (String path :
                new String[] {"/ui/", "/ui/none.js", "/ui/../reference.conf", "/ui/%2e%2e/advice.properties", "/ui"}) {
            assertThat(get(path, "").status()).as(path).isIn(400, 404);
        }
        assertThat(ask("POST /ui/app.js HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
                        .status())
                .isEqualTo(405);
    }

    @Test
    void whoAsksForNoPageIsToldThePaths() throws Exception {
        assertThat(get("/", "").body())
                .isEqualTo(
                        """
                        GET /events /metrics /livez /readyz /certificates /about /config /explain /failures /routes /tls /upstreams /why
                        POST /reload
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "501", "-1", "1e2", "", "99999999999"})
    void failuresAreAskedForInBounds(String limit) throws Exception {
        assertThat(get("/failures?limit=" + limit, "").status()).isEqualTo(400);
    }

    @Test
    void theConfigurationIsToldAsJsonToo() throws Exception {
        assertThat(get("/config?json", "").body())
                .contains("{\"key\":\"listeners.plain.bind\",\"value\":\"\\\"127.0.0.1:0\\\"\",\"origin\":\"")
                .contains("portcullis.conf:1\"}", "\"origin\":\"default\"}");
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

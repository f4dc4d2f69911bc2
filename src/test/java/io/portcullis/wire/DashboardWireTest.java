package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Await;
import io.portcullis.testkit.Browser;
import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.Load;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Ports;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dashboard in a real browser, over traffic, with a backend that is down and a certificate that is about to end. */
@NeedsProgram("chromium")
class DashboardWireTest {
    private static final String[] SECTIONS = {
        "overview", "routes", "upstreams", "certificates", "tls", "failures", "config"
    };

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @TempDir
    Path profile;

    private @Nullable Load load;

    @BeforeEach
    void start() throws Exception {
        HttpsSite site = HttpsSite.of(proxy);
        site.authority()
                .intermediate("Near Its End")
                .leaf("soon.example")
                .valid(Duration.ofDays(-80), Duration.ofDays(5))
                .write("soon");
        proxy.origin().answer(Script.ok("backend"));
        proxy.word("down", "127.0.0.1:" + Ports.free())
                .start(
                        """
                        listeners.https { bind = "127.0.0.1:0", tls = site }
                        tls.site { certificates = [ { chain = site.pem, key = site.key }, { chain = soon.pem, key = soon.key } ] }
                        upstreams.app { endpoints = ["{origin}"] }
                        upstreams.broken { endpoints = ["{down}"], check { path = "/", interval = 1 s, fall = 1 } }
                        routes = [
                          { name = site, upstream = app }
                          { name = gone, path = "/gone/", upstream = broken }
                        ]
                        access-log { format = off }
                        reload.watch = off
                        """);
        load = Load.start(2, site::client, "GET /shop HTTP/1.1\r\nHost: example.com\r\n\r\n");
        Await.until(this::isBrokenDown, "the first check");
        try (RawClient client = site.client()) {
            client.send("GET /gone/%3Cimg%20src=x%3E HTTP/1.1\r\nHost: example.com\r\n\r\n")
                    .readResponse();
        }
        site.openssl("-servername", "stranger.example");
    }

    private boolean isBrokenDown() {
        try {
            return proxy.scrape().sum("portcullis_endpoint_available", "upstream=\"broken\"") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        Objects.requireNonNull(load).close();
    }

    @Test
    void everySectionTellsWhatIsSo() throws Exception {
        try (Browser browser = Browser.start(profile)) {
            show(browser, "overview");
            browser.until("document.querySelector('#link').textContent === 'live'");
            browser.until("Number(document.querySelector('.tile .value').textContent.replaceAll(',', '')) > 0");
            browser.until("document.querySelectorAll('figure canvas').length === 6");
            browser.until("/1 of 2/.test(document.body.innerText) && /1 needs you/.test(document.body.innerText)");
            show(browser, "routes");
            assertThat(text(browser)).contains("every host/gone/*", "upstream broken", "portcullis.conf:");
            show(browser, "upstreams");
            browser.until("/down/.test(document.querySelector('#section').innerText)");
            assertThat(text(browser)).contains(proxy.origin().address(), "well", "nothing listens there", "next ");
            show(browser, "certificates");
            assertThat(text(browser))
                    .containsSubsequence("soon.example", "in 4 days", "Near Its End", "example.com", "in 29 days")
                    .contains("Ends in 4 days", "OCSP staple");
            show(browser, "tls");
            assertThat(text(browser)).contains("TLSv1.3", "unrecognized_name", "No certificate covers");
            show(browser, "config");
            assertThat(text(browser)).contains("upstreams.broken.check.interval", "portcullis.conf:");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** By keyboard alone; what a client sent stays text. */
    @Test
    void aFailureTellsItsStoryOnDemand() throws Exception {
        try (Browser browser = Browser.start(profile)) {
            show(browser, "failures");
            assertThat(text(browser)).contains("GET example.com/gone/%3Cimg", "upstream_down");
            browser.ask("document.querySelector('td button').focus(); document.activeElement.click()");
            browser.until("document.activeElement.id === 'story'");
            assertThat(text(browser))
                    .contains("what to do", "timeline", "connect_refused: connection to 127.0.0.1", "GET /upstreams");
            browser.ask("document.querySelector('#close').click()");
            browser.until("document.activeElement.id.startsWith('why-')");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, 900, false", "390, 844, true"})
    void everySectionIsAccessible(int width, int height, boolean dark) throws Exception {
        String axe = axe();
        try (Browser browser = Browser.start(profile)) {
            browser.screen(width, height, dark);
            for (String section : SECTIONS) {
                show(browser, section);
                browser.ask(axe);
                assertThat(
                                browser.ask(
                                        "axe.run().then(found => found.violations.map(each => each.impact + ' ' + each.id + ' ' + each.nodes[0].html).join('\\n'))"))
                        .as(section)
                        .isEmpty();
                assertThat(browser.ask("document.documentElement.scrollWidth <= innerWidth"))
                        .as(section + " is no wider than the screen")
                        .isEqualTo("true");
            }
        }
    }

    private void show(Browser browser, String section) {
        browser.go("http://127.0.0.1:" + proxy.adminPort() + "/#/" + section);
        browser.until("document.querySelector('#section')?.dataset.ready === '" + section + "'");
    }

    private static String text(Browser browser) {
        return browser.ask("document.querySelector('#section').innerText");
    }

    private static String axe() throws IOException {
        try (InputStream script = DashboardWireTest.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

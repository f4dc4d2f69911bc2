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
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
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
                        upstreams.app { endpoints = ["{origin}"], adaptive-limit {} }
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
            DashboardPage page = new DashboardPage(browser, proxy);
            page.show("overview");
            browser.until("document.querySelector('#link').textContent === 'live'");
            browser.until("Number(document.querySelector('.tile .value').textContent.replaceAll(',', '')) > 0");
            browser.until("document.querySelectorAll('figure canvas').length === 6");
            browser.until("/1 of 2/.test(document.body.innerText) && /1 needs you/.test(document.body.innerText)");
            page.show("routes");
            assertThat(page.text()).contains("every host/gone/*", "upstream broken", "portcullis.conf:");
            page.show("upstreams");
            browser.until("/down/.test(document.querySelector('#section').innerText)");
            assertThat(page.text())
                    .contains(proxy.origin().address(), "well", "nothing listens there", "next ", "Adaptive limit: ");
            page.show("certificates");
            assertThat(page.text())
                    .containsSubsequence("soon.example", "in 4 days", "Near Its End", "example.com", "in 29 days")
                    .contains("Ends in 4 days", "OCSP staple");
            page.show("tls");
            assertThat(page.text()).contains("TLSv1.3", "unrecognized_name", "No certificate covers");
            page.show("config");
            assertThat(page.text())
                    .contains("upstreams.broken.check.interval", "portcullis.conf:")
                    .doesNotContain("default of");
            browser.ask("document.querySelector('#own').click()");
            assertThat(page.text()).contains("timeouts.keep-alive", "default of");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    /** By keyboard alone; what a client sent stays text. */
    @Test
    void aFailureTellsItsStoryOnDemand() throws Exception {
        try (Browser browser = Browser.start(profile)) {
            DashboardPage page = new DashboardPage(browser, proxy);
            page.show("failures");
            assertThat(page.text()).contains("GET example.com/gone/%3Cimg", "upstream_down");
            browser.ask("document.querySelector('td button').focus(); document.activeElement.click()");
            browser.until("document.activeElement.id === 'story'");
            assertThat(page.text())
                    .contains("what to do", "timeline", "connect_refused: connection to 127.0.0.1", "GET /upstreams");
            browser.ask("document.querySelector('#close').click()");
            browser.until("document.activeElement.id.startsWith('why-')");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, 900, false", "390, 844, true"})
    void everySectionIsAccessible(int width, int height, boolean dark) throws Exception {
        try (Browser browser = Browser.start(profile)) {
            DashboardPage page = new DashboardPage(browser, proxy);
            browser.screen(width, height, dark);
            for (String section : SECTIONS) {
                page.show(section);
                assertThat(page.barriers()).as(section).isEmpty();
                assertThat(browser.ask("document.documentElement.scrollWidth <= innerWidth"))
                        .as(section + " is no wider than the screen")
                        .isEqualTo("true");
            }
        }
    }

    /** A browser opens six connections to a host, over all tabs. */
    @Test
    void manyTabsAreAllServed() throws Exception {
        try (Browser browser = Browser.start(profile)) {
            DashboardPage page = new DashboardPage(browser, proxy);
            page.show("overview");
            browser.until("document.querySelector('#link').textContent === 'live'");
            for (int tabs = 2; tabs <= 9; tabs++) {
                browser.openBeside(page.address("overview"));
                List<String> wanted = Collections.nCopies(tabs, "Overview · Portcullis");
                Await.until(
                        () -> browser.titles().equals(wanted),
                        () -> wanted.size() + " pages, but " + browser.titles(),
                        Browser.LIMIT);
            }
            browser.until("document.hidden && document.querySelector('#link').textContent === 'paused'");
            browser.toFront();
            browser.until("document.querySelector('#link').textContent === 'live'");
            page.show("routes");
            assertThat(page.text()).contains("upstream broken");
            assertThat(browser.complaints()).isEmpty();
        }
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.Browser;
import io.portcullis.testkit.NeedsProgram;
import io.portcullis.testkit.Origin;
import io.portcullis.testkit.ProxyExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints drained and made ready by the dashboard, in a real browser. */
@NeedsProgram("chromium")
class DashboardOrdersWireTest {
    private static final String SECRET = "a-secret-for-a-test-0123456789";
    private static final String CONFIG =
            """
            admin { bind = "127.0.0.1:0", token-file = "admin.token" }
            listeners { plain { bind = "127.0.0.1:0" } }
            upstreams.app { endpoints = ["{one}", "{two}"] }
            routes = [ { upstream = app } ]
            access-log { format = off }
            """;

    private final Origin one = Origin.start();
    private final Origin two = Origin.start();

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension().word("one", one.address()).word("two", two.address());

    private final Site site = new Site(proxy);

    @TempDir
    Path profile;

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    private void start(String config) throws Exception {
        Path token = Files.writeString(proxy.dir().resolve("admin.token"), SECRET + "\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        proxy.start(config);
    }

    private static String button(Origin of) {
        return "document.getElementById('order-app-" + of.address() + "')";
    }

    /** By keyboard: the button has the focus when it is pressed. */
    private static void press(Browser browser, Origin of) {
        browser.ask(button(of) + ".focus(); document.activeElement.click()");
    }

    private static void shows(Browser browser, Origin of, String word) {
        browser.until(button(of) + "?.textContent === '" + word + "'");
    }

    /** Waits for the question, and agrees to it with this token. */
    private static void agree(Browser browser, String token) {
        browser.until("document.querySelector('#order').open && document.activeElement.id === 'token'");
        browser.ask("document.activeElement.value = '" + token + "'; document.querySelector('#order-yes').click()");
    }

    private static void isTold(Browser browser, String words) {
        browser.until("document.querySelector('#told').innerText.includes('" + words + "')");
    }

    private double weight(Origin of) {
        return site.sum("portcullis_endpoint_weight", of.address());
    }

    @Test
    void anEndpointIsDrainedAndMadeReadyAndTheTokenIsAskedForOnce() throws Exception {
        start(CONFIG);
        try (Browser browser = Browser.start(profile)) {
            DashboardPage page = new DashboardPage(browser, proxy);
            page.show("upstreams");
            press(browser, one);
            agree(browser, SECRET);
            isTold(browser, "drained");
            shows(browser, one, "make ready");
            browser.until("document.activeElement === " + button(one));
            assertThat(page.text()).contains("1 of 2 asked", "by order; gets nothing new");
            assertThat(weight(one)).isZero();
            press(browser, one);
            shows(browser, one, "drain");
            assertThat(weight(one)).isEqualTo(1);
            assertThat(browser.ask("document.querySelector('#order').open")).isEqualTo("false");
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.ask("JSON.stringify([localStorage.length, sessionStorage.length, document.cookie])"))
                    .isEqualTo("[0,0,\"\"]");
            assertThat(browser.ask("document.documentElement.outerHTML.includes('" + SECRET + "')"))
                    .isEqualTo("false");
        }
    }

    @Test
    void aWrongTokenDoesNothingAndIsForgotten() throws Exception {
        start(CONFIG);
        try (Browser browser = Browser.start(profile)) {
            new DashboardPage(browser, proxy).show("upstreams");
            press(browser, one);
            agree(browser, "wrong");
            isTold(browser, "Nothing was done");
            assertThat(weight(one)).isEqualTo(1);
            press(browser, one);
            agree(browser, SECRET);
            shows(browser, one, "make ready");
        }
    }

    @Test
    void whoWouldEmptyAnUpstreamIsWarnedAndMayStop() throws Exception {
        start(CONFIG);
        try (Browser browser = Browser.start(profile)) {
            new DashboardPage(browser, proxy).show("upstreams");
            press(browser, one);
            agree(browser, SECRET);
            shows(browser, one, "make ready");
            press(browser, two);
            browser.until("document.querySelector('#order').innerText.includes('requests get 503 from then on')");
            browser.until("document.activeElement.id === 'order-no'");
            browser.ask("document.activeElement.click()");
            browser.until("!document.querySelector('#order').open");
            assertThat(weight(two)).isEqualTo(1);
            press(browser, two);
            browser.until("document.querySelector('#order').open");
            browser.ask("document.querySelector('#order-yes').click()");
            shows(browser, two, "make ready");
            assertThat(weight(two)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, 900, false", "390, 844, true"})
    void theQuestionIsAccessible(int width, int height, boolean dark) throws Exception {
        start(CONFIG);
        try (Browser browser = Browser.start(profile)) {
            browser.screen(width, height, dark);
            DashboardPage page = new DashboardPage(browser, proxy);
            page.show("upstreams");
            assertThat(page.barriers()).isEmpty();
            press(browser, one);
            browser.until("document.querySelector('#order').open");
            assertThat(page.barriers()).isEmpty();
            assertThat(browser.ask("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo("true");
        }
    }

    @Test
    void withoutATokenThereAreNoButtons() throws Exception {
        start(CONFIG.replace(", token-file = \"admin.token\"", ""));
        try (Browser browser = Browser.start(profile)) {
            DashboardPage page = new DashboardPage(browser, proxy);
            page.show("upstreams");
            assertThat(page.text()).contains(one.address(), "admin.token-file");
            assertThat(browser.ask("document.querySelectorAll('#section button').length"))
                    .isEqualTo("0");
        }
    }

    /** Another port of the same host is another origin, of the same site. */
    @Test
    void l09APageOfAnotherOriginOrdersNothing() throws Exception {
        start(CONFIG);
        two.respond("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\npage");
        String target =
                "http://127.0.0.1:" + proxy.adminPort() + "/upstreams/app/endpoints/" + one.address() + "?state=drain";
        try (Browser browser = Browser.start(profile)) {
            browser.go("http://" + two.address() + "/");
            browser.until("document.body?.innerText === 'page'");
            assertThat(browser.ask("fetch('" + target
                            + "', { method: 'POST', headers: { Authorization: 'Bearer " + SECRET
                            + "' } }).then(answer => 'read ' + answer.status, refused => refused.name)"))
                    .isEqualTo("TypeError");
            assertThat(
                            browser.ask(
                                    "fetch('" + target
                                            + "', { method: 'POST', mode: 'no-cors' }).then(answer => answer.type, refused => refused.name)"))
                    .isIn("opaque", "TypeError");
            assertThat(weight(one)).isEqualTo(1);
        }
    }
}

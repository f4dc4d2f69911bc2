package io.portcullis.wire;

import io.portcullis.testkit.Browser;
import io.portcullis.testkit.ProxyExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The dashboard of a product in a browser. */
record DashboardPage(Browser browser, ProxyExtension proxy) {
    String address(String section) {
        return "http://127.0.0.1:" + proxy.adminPort() + "/#/" + section;
    }

    /** Goes to a section, and waits until it is drawn. */
    void show(String section) {
        browser.go(address(section));
        browser.until("document.querySelector('#section')?.dataset.ready === '" + section + "'");
    }

    /** What the section says. */
    String text() {
        return browser.ask("document.querySelector('#section').innerText");
    }

    /** What would keep people out, by axe-core; empty where nothing would. */
    String barriers() throws IOException {
        try (InputStream script = DashboardPage.class.getResourceAsStream("/axe.min.js")) {
            browser.ask(new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8));
        }
        return browser.ask(
                "axe.run().then(found => found.violations.map(each => each.impact + ' ' + each.id + ' ' + each.nodes[0].html).join('\\n'))");
    }
}

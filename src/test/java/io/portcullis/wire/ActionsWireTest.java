package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.TextClient;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Redirects and fixed answers of routes, by HTTP/1.1 and HTTP/2. */
class ActionsWireTest {
    private static final String CONFIG =
            """
            listeners { plain { bind = "127.0.0.1:0", h2c = on } }
            routes = [
              { path = "/rest/", redirect { to = "https://a.example/new/", status = 301 } }
              { path = "/whole/", redirect { to = "https://a.example/", status = 302, keep-path = whole } }
              { path = "/below/", redirect { to = "/new", status = 303, keep-path = whole, keep-query = off } }
              { path = "/off/", redirect { to = "https://a.example/new/?x", status = 307, keep-path = off } }
              { path = "/part/", redirect { to = "https://a.example/new#/a?b", status = 302 } }
              { path = "/page", respond { status = 503, file = "page.html", content-type = "text/html; charset=utf-8",
                  headers { Retry-After = 600, X-Seen = "%{path}", X-Two = [a, b] } } }
            ]
            access-log { format = off }
            reload.watch = off
            """;

    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @BeforeEach
    void start() throws Exception {
        Files.writeString(proxy.dir().resolve("page.html"), "<p>Bälde</p>");
        proxy.start(CONFIG);
    }

    private TextClient.Answer ask(boolean http2, String target) throws IOException {
        try (TextClient client = TextClient.of(http2, proxy.port("plain"))) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: b.example\r\n\r\n")
                    .answer();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/rest/a?b, 301, https://a.example/new/a?b",
        "/whole/a?b, 302, https://a.example/whole/a?b",
        "/whole/, 302, https://a.example/whole/",
        "/below/a?b, 303, /new/below/a",
        "/off/a?b, 307, https://a.example/new/?x&b",
        "/off/a, 307, https://a.example/new/?x",
        "/part/a, 302, https://a.example/new#/a?b",
        "/part/a?b=c, 302, https://a.example/new?b=c#/a?b"
    })
    void aRedirectKeepsWhatItIsToldTo(String target, int status, String location) throws Exception {
        for (boolean http2 : new boolean[] {false, true}) {
            TextClient.Answer answer = ask(http2, target);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("Location")).isEqualTo(location);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerComesFromAFileWithFieldsOfItsOwn(boolean http2) throws Exception {
        TextClient.Answer answer = ask(http2, "/page");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(answer.field("Content-Length")).isEqualTo("13");
        assertThat(answer.field("Retry-After")).isEqualTo("600");
        assertThat(answer.field("X-Seen")).isEqualTo("/page");
    }

    @Test
    void theFileIsReadAtTheReloadAndNotBefore() throws Exception {
        Files.writeString(proxy.dir().resolve("page.html"), "<p>Now</p>");
        assertThat(ask(false, "/page").body()).contains("lde</p>");
        proxy.reload();
        assertThat(ask(false, "/page").body()).isEqualTo("<p>Now</p>");
        Files.delete(proxy.dir().resolve("page.html"));
        assertThat(ask(false, "/page").body()).isEqualTo("<p>Now</p>");
    }
}

package io.portcullis.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.portcullis.testkit.HttpsSite;
import io.portcullis.testkit.ProxyExtension;
import io.portcullis.testkit.RawClient;
import io.portcullis.testkit.RawResponse;
import io.portcullis.testkit.Script;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code /explain} says would happen is what happens. */
class ExplainWireTest {
    @RegisterExtension
    final ProxyExtension proxy = new ProxyExtension();

    @BeforeEach
    void start() throws Exception {
        HttpsSite.of(proxy);
        proxy.origin().answer(Script.ok("backend"));
        proxy.start(
                """
                listeners {
                  plain { bind = "127.0.0.1:0" }
                  https { bind = "127.0.0.1:0", tls = site }
                }
                tls.site { certificates = [ { chain = site.pem, key = site.key } ], hsts { max-age = 1h } }
                upstreams.app { endpoints = ["{origin}"] }
                routes = [
                  { host = example.com, upstream = app }
                  { host = example.com, path = "/closed/", respond { status = 403, body = "closed" } }
                  { host = example.com, path = "/old/", redirect { to = "/new/" } }
                  { host = example.com, path = "/strict/", upstream = app, path-policy { double-slash = reject, dot-segments = resolve } }
                  { host = example.com, path = "/merge/", upstream = app, path-policy { double-slash = merge } }
                  { host = "*.example.com", path = "/only", respond { status = 204 } }
                ]
                access-log { format = off }
                reload.watch = off
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET | example.com | / | ``",
                "GET | example.com | /closed/x | ``",
                "GET | example.com | /closed%2Fx | ``",
                "GET | example.com | /old/a?b=c | ``",
                "GET | example.com | /strict/a//b | ``",
                "GET | example.com | /strict/../closed/x | ``",
                "GET | example.com | /strict/./x | ``",
                "GET | example.com | /merge/a//b | ``",
                "GET | a.example.com | /only | ``",
                "GET | a.example.com | /only/ | ``",
                "GET | nobody.example | / | ``",
                "TRACE | example.com | / | ``",
                "OPTIONS | example.com | / | Max-Forwards: 0",
                "OPTIONS | example.com | / | Max-Forwards: x",
                "GET | example.com | / | Expect: the unexpected",
                "GET | example.com | / | Via: 1.1 portcullis",
                "GET | example.com | / | Content-Length: x",
                "GET | example.com | / | Transfer-Encoding: gzip",
                "GET | example.com | /%00 | ``"
            })
    void theStatusIsTheOneThatTheSameRequestGets(String method, String host, String path, String field)
            throws Exception {
        int real;
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            String line = field.isEmpty() ? "" : field + "\r\n";
            client.send(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + line + "\r\n");
            real = client.readResponse().status();
        }
        String told = explain(method, "http://" + host + path, field, "").body();
        String ends = told.lines().toList().getLast();
        assertThat(ends)
                .startsWith("ends")
                .containsPattern(real == 200 && ends.contains("upstream") ? "upstream app" : "\\b" + real + "\\b");
    }

    @Test
    void theHeadThatIsShownIsTheOneThatTheBackendGets() throws Exception {
        String fields = "X-Forwarded-For: 9.9.9.9\r\nConnection: X-Hop\r\nX-Hop: 1\r\nAccept: */*\r\n";
        try (RawClient client = RawClient.plain(proxy.port("plain"))) {
            client.send("GET /a?b HTTP/1.1\r\nHost: example.com\r\n" + fields + "\r\n")
                    .readResponse();
        }
        List<String> got = proxy.origin().awaitRequest().head().raw().lines().toList();
        RawResponse told = ask("/explain?url=" + word("http://example.com/a?b") + "&from=127.0.0.1"
                + "&header=" + word("X-Forwarded-For: 9.9.9.9") + "&header=" + word("Connection: X-Hop") + "&header="
                + word("X-Hop: 1") + "&header=" + word("Accept: */*"));
        for (String line : got) {
            if (!line.isEmpty() && !line.startsWith("X-Request-Id")) {
                assertThat(told.body()).contains(line);
            }
        }
        assertThat(told.body())
                .contains("- X-Forwarded-For: 9.9.9.9", "- X-Hop: 1  (named by Connection)")
                .contains("endpoints       " + proxy.origin().address() + "  0 busy, 1 idle, 0 waiting");
    }

    @Test
    void theCertificateIsNamedAndWhyIt() throws Exception {
        assertThat(explain("GET", "https://a.example.com/only", "", "").body())
                .contains("it has *.example.com, and none has exactly this name")
                .contains("ends            204")
                .contains("hsts            max-age=3600");
        assertThat(explain("GET", "https://nobody.example/", "", "").body())
                .contains("no certificate has the name, and none is the default")
                .contains("ends            no handshake: unrecognized_name");
    }

    @Test
    void routesThatWereNotTakenAreNamedWithTheConditionThatFailed() throws Exception {
        assertThat(explain("GET", "http://example.com/closed", "", "").body())
                .contains("/closed/ takes what is below it, and /closed is not (no slash at the end)");
        assertThat(explain("GET", "http://example.com/x", "", "&json").body())
                .startsWith("{\"request\":")
                .contains("\"not-taken\":[{\"route\":\"routes[1] example.com/closed/* (");
    }

    @Test
    void aQuestionThatIsNoneIsAnsweredWithWhatIsWrong() throws Exception {
        assertThat(ask("/explain").status()).isEqualTo(400);
        assertThat(ask("/explain?url=ftp%3A%2F%2Fx").body()).contains("expected http://");
        assertThat(explain("GET", "http://example.com/", "", "&from=nobody").body())
                .contains("expected a client's IP");
    }

    @Test
    void theConfigurationThatRunsIsTold() throws Exception {
        assertThat(ask("/config").body())
                .contains("upstreams.app.endpoints = [\"" + proxy.origin().address() + "\"]  # ")
                .contains("timeouts.keep-alive = \"75 s\"  # default of development\n");
    }

    private RawResponse explain(String method, String url, String field, String more) throws IOException {
        String header = field.isEmpty() ? "" : "&header=" + word(field);
        return ask("/explain?method=" + method + "&url=" + word(url) + header + more);
    }

    private RawResponse ask(String target) throws IOException {
        try (RawClient client = RawClient.plain(proxy.adminPort())) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .readResponse();
        }
    }

    private static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
